package io.parley.internal.link;

import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.lane.NumberRanges;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.RepeatedEnvelopes;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.text.PlainText;
import io.parley.transport.Link;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A link that another peer dialled: its requests and one-way messages come in on it, and answers go back.
 *
 * <p>What {@link ReplyPath} asks for is thread-safe, the rest is confined to the I/O context.
 */
public final class InboundLink extends PeerLink implements ReplyPath {

    private final Owner owner;
    private final InboundHandshake handshake;
    private final FinishedOneWays finished;
    private final ReceiveWindow window;
    private final LinkRetirement retirement;
    private final SendTimes sendTimes;
    private final CancelledRequests cancelled = new CancelledRequests();

    /** Null until the handshake is over. */
    private @Nullable PeerId dialler;

    private volatile @Nullable PeerName sender;

    /** Whether all has arrived that the dialler sent before it knew that this end goes. */
    private boolean isLeft;

    private boolean isDiallerLeaving;

    /** Is told of what happens on the link. Called in the I/O context. */
    interface Owner extends ArrivalListener {

        /** Whether another link is taken. */
        boolean hasRoom();

        /** The dialler has said who it is. */
        void onReady(InboundLink link);

        /** The dialler does not await the answer to this request any more. */
        void onCancelled(InboundLink link, MessageId request);

        /** The dialler will close the link by and by, and should be sent nothing new. */
        default void onLeaving(InboundLink link) {}

        void onEnded(InboundLink link, String reason);
    }

    InboundLink(LinkContext links, Owner owner, Link link) {
        super(links, link);
        this.owner = owner;
        finished = new FinishedOneWays(core, outbox);
        window = new ReceiveWindow(links.credit, outbox, finished);
        retirement = new LinkRetirement(window);
        sendTimes = new SendTimes(core, outbox, inChunks(), () -> owner.onHeldUp(this));
        handshake = new InboundHandshake(links, this, window, owner::hasRoom);
    }

    /** Who dialled; null until it has said so. */
    @Nullable
    public PeerId dialler() {
        return dialler;
    }

    @Override
    public @Nullable PeerName sender() {
        return sender;
    }

    @Override
    public boolean answer(WireMessage answer) {
        return outbox.add(answer);
    }

    @Override
    public void finished(NumberRanges numbers) {
        finished.add(numbers);
    }

    @Override
    public void done(int messages, long bytes) {
        window.done(messages, bytes);
    }

    @Override
    public boolean isLittle(int messages, long bytes) {
        return window.isLittle(messages, bytes);
    }

    @Override
    void onDrained() {
        window.settle();
    }

    @Override
    public ChunkBudget.Means meansFor(EnvelopeKind kind, long octets) {
        return kind == EnvelopeKind.REQUEST || kind == EnvelopeKind.ONE_WAY
                ? window.meansFor(octets)
                : ChunkBudget.Means.MEMORY;
    }

    /** Returns what the credit of this link takes of the memory for all credit, in bytes. */
    long cost() {
        return window.cost();
    }

    /**
     * Watches how much of its credit the dialler uses. Once per heartbeat interval. A link that was retired ends here if its dialler does
     * not say that it knows.
     */
    void onReclaimBeat() {
        window.onBeat(gathered());
        retirement.onBeat();
        endIfRetired();
    }

    /** Whether others may have the credit, which is not used, or hardly. The dialler that is next to be granted more keeps its turn. */
    boolean isReclaimable() {
        return !retirement.isBegun() && window.isReclaimable();
    }

    /** Whether it was retired a moment ago, so that what it takes is free soon, most likely. */
    boolean isEndingSoon() {
        return retirement.isEndingSoon();
    }

    /** Says that this peer goes. What the dialler sent before it heard of that comes before its PONG, and is handled. */
    void goAway(long millis) {
        outbox.add(new Control.GoingAway(millis));
        outbox.add(new Control.Ping(Farewell.TOKEN));
    }

    /** Whether the dialler has said that it goes. */
    boolean isDiallerLeaving() {
        return isDiallerLeaving;
    }

    @Override
    boolean isOtherLeaving() {
        return isDiallerLeaving;
    }

    /** Whether everything is written, and all that crossed the word of going has arrived. */
    boolean hasTakenLeave() {
        finished.announce();
        return outbox.isEmpty() && isLeft;
    }

    @Override
    public boolean isCancelled(MessageId request) {
        return cancelled.contains(request);
    }

    @Override
    public void onControl(Control control) {
        if (dialler == null) {
            onFirst(control);
        } else if (!onNext(control)) {
            violated(control.getClass().getSimpleName() + " out of place");
        }
    }

    private void onFirst(Control control) {
        if (control instanceof Control.Hello hello) {
            Control.Welcome welcome = handshake.answer(hello);
            if (welcome != null) {
                open(hello);
                sendNow(welcome);
                owner.onReady(this);
            }
        } else {
            handshake.endUnknown();
        }
    }

    /** Handles envelopes after HELLO. Returns false if the envelope is not expected. CREDIT is of no use: answers need none. */
    private boolean onNext(Control control) {
        return switch (control.kind()) {
            case CHUNK -> onChunk((Control.Chunk) control);
            case CANCEL -> onCancel((Control.Cancel) control);
            case CREDIT -> true;
            case CREDIT_WANTED -> onCreditWanted((Control.CreditWanted) control);
            case PING -> onPing((Control.Ping) control);
            case PONG -> onPong((Control.Pong) control);
            case BULK_WANTED -> onBulkWanted();
            case BULK_NEXT -> onBulkNext((Control.BulkNext) control);
            case BULK_OVER -> onBulkOver();
            case GOING_AWAY -> onGoingAway();
            case REJECT -> onReject((Reject) control);
            case HELLO, WELCOME, FINISHED, BULK_AT, BULK_HELLO, BULK_ARRIVED, SUBSCRIBED, HEARTBEAT, NUMBERS -> false;
        };
    }

    private boolean onPong(Control.Pong pong) {
        if (pong.token() == Farewell.TOKEN) {
            isLeft = true;
            endIfRetired();
        } else {
            sendTimes.onPong(pong.token());
        }
        return true;
    }

    private boolean onBulkWanted() {
        bulk.onWanted();
        return true;
    }

    private boolean onGoingAway() {
        isDiallerLeaving = true;
        owner.onLeaving(this);
        return true;
    }

    private boolean onReject(Reject reject) {
        end(null, "rejected by the dialler: " + PlainText.of(reject.reason()));
        return true;
    }

    private boolean onCancel(Control.Cancel cancel) {
        var request = new MessageId(cancel.incarnation(), cancel.sequence());
        cancelled.add(request);
        owner.onCancelled(this, request);
        return true;
    }

    private void open(Control.Hello hello) {
        PeerId speaker = hello.speaker();
        dialler = speaker;
        sender = new PeerName(speaker.service(), speaker.instance());
        sendTimes.onHello(hello.clock());
        bulk.onKnown(hello.bulk());
        if (hello.finished()) {
            finished.begin();
        }
        outbox.open(hello.terms());
    }

    private boolean onCreditWanted(Control.CreditWanted more) {
        window.want(more.bytes());
        return true;
    }

    /** Ends the link in order, so that what it was granted can be granted to others. */
    void retire() {
        if (retirement.begin()) {
            goAway(core.config.limits().heartbeat().toMillis());
        }
    }

    /**
     * Ends a link that was retired, once the dialler knows or has had time to, and nothing is in hand or under way of what it has sent
     * by then.
     */
    private void endIfRetired() {
        if (retirement.mayEnd(isLeft)) {
            finished.announce();
            end(new Reject(Reject.OVERLOADED, LinkRetirement.REASON), LinkRetirement.REASON);
        }
    }

    @Override
    public void wantBulkLink() {
        bulk.await();
    }

    @Override
    public WireMessage messageOf(SharedFields head, MessageId id) {
        boolean handled = head.kind() == EnvelopeKind.REQUEST || head.kind() == EnvelopeKind.ONE_WAY;
        return handled ? owner.received(this, head, id) : super.messageOf(head, id);
    }

    @Override
    public void onMessage(WireMessage message) {
        PeerId from = dialler;
        if (from == null) {
            handshake.endUnknown();
            return;
        }
        switch (message.kind()) {
            case REQUEST, ONE_WAY -> {
                sendTimes.onMessage(message.sentAt());
                if (!isCovered(1, message.envelopeSize)) {
                    return;
                }
                ((InboundMessage) message).oneWayNumber(nextNumber(message, 1));
                if (isLeft) {
                    owner.onLateMessage((InboundMessage) message);
                } else {
                    owner.onMessage((InboundMessage) message);
                }
            }
            case RESPONSE, FAULT -> {
                if (message.isCut()) {
                    core.memory.unfinished.refused("A response of " + other() + " was dropped");
                } else {
                    owner.onResponse(from, message);
                }
            }
            default -> violated(message.kind() + " from a dialler");
        }
    }

    @Override
    public long countsFrom(PeerContext core, long now) {
        return sendTimes.countsFrom(core, now);
    }

    @Override
    public boolean gathers(WireMessage earlier) {
        return earlier instanceof InboundMessage received && received.to().lane != null && !isLeft;
    }

    @Override
    public void onRepeats(RepeatedEnvelopes repeats) {
        sendTimes.onRepeats();
        if (isCovered(repeats.count(), repeats.size())) {
            long firstNumber = nextNumber(repeats.earlier(), repeats.count());
            owner.onRepeats(this, ((InboundMessage) repeats.earlier()).to(), repeats, firstNumber);
        }
    }

    /** The number of the next of {@code count} messages among the one-way messages of this link; 0 for requests. */
    private long nextNumber(WireMessage message, int count) {
        return message.kind() == EnvelopeKind.ONE_WAY ? finished.nextNumber(count) : 0;
    }

    /** Whether the dialler had credit for what has come; if not, that is the end of the link. */
    private boolean isCovered(int messages, long bytes) {
        boolean isCovered = window.take(messages, bytes);
        if (!isCovered) {
            violated("credit overdrawn");
        }
        return isCovered;
    }

    @Override
    void onFrameRead() {
        owner.onFrameRead();
    }

    /** Who gets HELLO wrong is no stranger: to be told why helps whoever writes a peer. */
    @Override
    void onMalformed(byte[] frame, String how) {
        if (dialler == null && Frames.beginsWithHello(frame)) {
            violated(how);
        } else {
            onMalformed(how);
        }
    }

    @Override
    public void onMalformed(String how) {
        if (dialler == null) {
            handshake.endStranger(how);
        } else {
            violated(how);
        }
    }

    @Override
    void onEnded(String reason, List<WireMessage> unsent) {
        window.close();
        owner.onEnded(this, reason);
    }

    @Override
    public String other() {
        return dialler == null ? "a stranger" : dialler.service() + '/' + dialler.instance();
    }
}
