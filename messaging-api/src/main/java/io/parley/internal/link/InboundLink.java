package io.parley.internal.link;

import io.parley.internal.dispatch.ChannelTarget;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.lane.NumberRanges;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.RepeatedEnvelopes;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.text.PlainText;
import io.parley.transport.Link;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A link that another peer dialled: its requests and one-way messages come in on it, and answers go back.
 *
 * <p>What {@link ReplyPath} asks for is thread-safe, the rest is confined to the I/O context.
 */
public final class InboundLink extends PeerLink implements ReplyPath, CreditWindow.Grantee {

    private static final int REMEMBERED_CANCELS = 1024;
    private static final int LONGEST_ADDRESS = 255;

    /** So much may wait for the dialler to read it, whatever its window, before it is granted no more. */
    private static final long UNREAD_ANSWERS = 256 * 1024;

    /** For so many heartbeat intervals a link that was retired may go on with a message that is under way. */
    private static final int BEATS_TO_END = 15;

    private final Owner owner;
    private @Nullable PeerId dialler;
    private volatile @Nullable PeerName sender;
    /** Null until the dialler is welcome. */
    private volatile @Nullable CreditWindow credit;

    /** Null for a dialler that does not want to know. */
    private volatile @Nullable FinishedOneWays finishedOneWays;

    private long receivedOneWays;
    private long receivedMessages;
    /** Written in the I/O context only. */
    private final AtomicLong receivedBytes = new AtomicLong();

    private final CreditUse use = new CreditUse();
    private boolean isRetired;
    private int beatsRetired;
    private boolean isLeft;
    private boolean isDiallerLeaving;

    private final LinkClock clock = new LinkClock();
    /** Whether the message that is being read says when it was sent, and what that is by our clock. */
    private boolean isSentAtSaid;

    private long saidSentAt;
    private final ArrayDeque<MessageId> cancelled = new ArrayDeque<>();
    private volatile boolean anyCancelled;

    /** What a link tells whoever accepted it. Called in the I/O context. */
    interface Owner {

        /** Whether another link is taken. */
        boolean hasRoom();

        /** The dialler has said who it is. */
        void onReady(InboundLink link);

        /** A request or one-way message is about to be read. */
        InboundMessage received(InboundLink link, SharedFields head, MessageId id);

        /** It arrived. */
        void onMessage(InboundMessage message);

        /** It arrived after the dialler had taken leave of this peer, which goes. */
        void onLateMessage(InboundMessage message);

        /**
         * Messages arrived that repeat one for the same handler, which does not run in the I/O context.
         *
         * @param firstNumber that of the first among the link's one-way messages; 0 for others
         */
        void onRepeats(InboundLink link, ChannelTarget to, RepeatedEnvelopes repeats, long firstNumber);

        /** What is being read was under way for long: much more may be there that was sent since. */
        default void onHeldUp(InboundLink link) {}

        /** A frame has been read. */
        void onFrameRead();

        /** A response to a survey arrived, or a fault instead. */
        void onResponse(PeerId from, WireMessage response);

        /** The dialler does not await the answer to this request any more. */
        void onCancelled(InboundLink link, MessageId request);

        /** The dialler will close the link by and by, and should be sent nothing new. */
        default void onLeaving(InboundLink link) {}

        void onEnded(InboundLink link, String reason);
    }

    InboundLink(LinkContext links, Owner owner, Link link) {
        super(links, link);
        this.owner = owner;
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
        FinishedOneWays told = finishedOneWays;
        if (told != null) {
            told.add(numbers);
        }
    }

    private void announceFinished() {
        FinishedOneWays told = finishedOneWays;
        if (told != null) {
            told.announce();
        }
    }

    /** What the messages took is granted anew, by and by. */
    @Override
    public void done(int messages, long bytes) {
        CreditWindow known = credit;
        if (known != null) {
            known.done(messages, bytes);
        }
    }

    @Override
    public boolean isLittle(int messages, long bytes) {
        CreditWindow known = credit;
        return known != null && known.isLittle(messages, bytes);
    }

    @Override
    public boolean isReading(long window) {
        return outbox.backlog() <= Math.max(window, UNREAD_ANSWERS);
    }

    @Override
    public void grant(Control.Credit more) {
        announceFinished();
        outbox.add(more);
    }

    @Override
    void onDrained() {
        CreditWindow known = credit;
        if (known != null) {
            known.settle();
        }
    }

    @Override
    public ChunkBudget.Means meansFor(EnvelopeKind kind, long octets) {
        if (kind != EnvelopeKind.REQUEST && kind != EnvelopeKind.ONE_WAY) {
            return ChunkBudget.Means.MEMORY;
        }
        CreditWindow known = credit;
        return known != null && receivedBytes.getOpaque() + octets <= known.grantedBytes()
                ? ChunkBudget.Means.CREDIT
                : ChunkBudget.Means.NONE;
    }

    /** What this link takes of what is granted to all. */
    long cost() {
        CreditWindow known = credit;
        return known == null ? 0 : known.cost();
    }

    /**
     * Watches how much of its credit the dialler uses. Once per heartbeat interval. A link that was retired ends here if its dialler does
     * not say that it knows.
     */
    void onReclaimBeat() {
        CreditWindow known = credit;
        if (known != null) {
            use.onBeat(known, receivedMessages, receivedBytes.getPlain(), gathered());
        }
        if (isRetired) {
            beatsRetired++;
            endIfRetired();
        }
    }

    /** Whether others may have the credit, which is not used, or hardly. The dialler that is next to be granted more keeps its turn. */
    boolean isReclaimable() {
        CreditWindow known = credit;
        return !isRetired && known != null && use.isReclaimable() && !known.isNextInTurn(receivedBytes.getPlain());
    }

    /** Whether it was retired a moment ago, so that what it takes is free soon, most likely. */
    boolean isEndingSoon() {
        return isRetired && beatsRetired <= 2;
    }

    private boolean isNothingInHand() {
        CreditWindow known = credit;
        return known == null || known.inHand(receivedMessages) == 0;
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
        announceFinished();
        return outbox.isEmpty() && isLeft;
    }

    @Override
    public boolean isCancelled(MessageId request) {
        if (!anyCancelled) {
            return false;
        }
        synchronized (cancelled) {
            return cancelled.contains(request);
        }
    }

    @Override
    public void onControl(Control control) {
        boolean isExpected = dialler == null ? onFirst(control) : onNext(control);
        if (!isExpected && dialler == null) {
            endUnknown();
        } else if (!isExpected) {
            violated(control.getClass().getSimpleName() + " out of place");
        }
    }

    /** Handles the first envelope. Returns false if it is not HELLO. */
    private boolean onFirst(Control control) {
        return switch (control.kind()) {
            case HELLO -> onHello((Control.Hello) control);
            case WELCOME,
                    REJECT,
                    CREDIT,
                    CREDIT_WANTED,
                    FINISHED,
                    PING,
                    PONG,
                    GOING_AWAY,
                    CANCEL,
                    CHUNK,
                    BULK_WANTED,
                    BULK_AT,
                    BULK_HELLO,
                    BULK_ARRIVED,
                    BULK_NEXT,
                    BULK_OVER,
                    SUBSCRIBED,
                    HEARTBEAT,
                    NUMBERS -> false;
        };
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
            clock.onPong(pong.token(), inChunks().isQuietSinceMark());
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
        synchronized (cancelled) {
            if (cancelled.size() == REMEMBERED_CANCELS) {
                cancelled.remove();
            }
            cancelled.add(request);
            anyCancelled = true;
        }
        owner.onCancelled(this, request);
        return true;
    }

    private boolean onHello(Control.Hello hello) {
        if (hello.minVersion() > FrameFormat.VERSION || hello.maxVersion() < FrameFormat.VERSION) {
            end(
                    new Reject(Reject.VERSION, "only version " + FrameFormat.VERSION + " is spoken here"),
                    "no version in common with " + hello.speaker().service());
        } else if (hello.target() != 0 && hello.target() != core.incarnation) {
            end(new Reject(Reject.INCARNATION, "another incarnation is here now"), "another incarnation was meant");
        } else if (core.isClosing() || !owner.hasRoom()) {
            end(new Reject(Reject.OVERLOADED, "no more links here"), "no more links");
        } else {
            CreditWindow opened = CreditWindow.open(links.credit, hello.creditWanted(), this);
            if (opened == null) {
                end(new Reject(Reject.OVERLOADED, "no memory for another link"), "no memory for another link");
            } else {
                welcome(hello, opened);
            }
        }
        return true;
    }

    private void welcome(Control.Hello hello, CreditWindow opened) {
        credit = opened;
        dialler = hello.speaker();
        sender = new PeerName(hello.speaker().service(), hello.speaker().instance());
        if (hello.clock() != 0) {
            clock.onHello(hello.clock(), core.time.nanoTime());
        }
        bulk.onKnown(hello.bulk());
        if (hello.finished()) {
            finishedOneWays = new FinishedOneWays(core, outbox);
        }
        outbox.open(hello.terms());
        sendNow(new Control.Welcome(
                FrameFormat.VERSION,
                core.speaker,
                opened.terms(),
                publishAddress(),
                links.bulk.isPossible(),
                true,
                hello.creditWanted()));
        owner.onReady(this);
    }

    private boolean onCreditWanted(Control.CreditWanted more) {
        CreditWindow known = credit;
        if (known != null) {
            known.want(more.bytes());
        }
        return true;
    }

    /** Ends the link in order, so that what it was granted can be granted to others. */
    void retire() {
        if (!isRetired) {
            isRetired = true;
            CreditWindow known = credit;
            if (known != null) {
                known.lapse();
            }
            goAway(core.config.limits().heartbeat().toMillis());
        }
    }

    /**
     * Ends a link that was retired, once the dialler knows or has had time to, and nothing is in hand or under way of what it has sent
     * by then.
     */
    private void endIfRetired() {
        if (isRetired && (isLeft || hasHadTimeToLeave()) && isNothingInHand()) {
            announceFinished();
            String why = "its credit was hardly used, while others need the memory";
            end(new Reject(Reject.OVERLOADED, why), why);
        }
    }

    private boolean hasHadTimeToLeave() {
        return beatsRetired > (use.isStill() ? 1 : BEATS_TO_END);
    }

    @Override
    public void wantBulkLink() {
        bulk.await();
    }

    /** For diallers that have it from no registry; one too long to be told is none. */
    private String publishAddress() {
        String address = core.port().publishAddress();
        return address.getBytes(StandardCharsets.UTF_8).length <= LONGEST_ADDRESS ? address : "";
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
            endUnknown();
            return;
        }
        switch (message.kind()) {
            case REQUEST, ONE_WAY -> {
                isSentAtSaid = message.sentAt() != 0;
                if (isSentAtSaid) {
                    onSentAt(message.sentAt());
                }
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

    private void onSentAt(long micros) {
        long now = core.time.nanoTime();
        saidSentAt = inChunks().isReading() ? clock.onSentAtInChunks(micros, now) : clock.onSentAt(micros, now);
        if (now - saidSentAt > LinkClock.HELD_UP) {
            owner.onHeldUp(this);
        }
        if (clock.wantsPing(now)) {
            inChunks().mark();
            outbox.add(new Control.Ping(now));
        }
    }

    @Override
    public long countsFrom(PeerContext core, long now) {
        if (isSentAtSaid) {
            return saidSentAt;
        }
        return clock.isSaid() ? clock.lastSentAt() : core.countsFrom(now);
    }

    @Override
    public boolean gathers(WireMessage earlier) {
        return earlier instanceof InboundMessage received && received.to().lane != null && !isLeft;
    }

    @Override
    public void onRepeats(RepeatedEnvelopes repeats) {
        isSentAtSaid = false;
        if (isCovered(repeats.count(), repeats.size())) {
            long firstNumber = nextNumber(repeats.earlier(), repeats.count());
            owner.onRepeats(this, ((InboundMessage) repeats.earlier()).to(), repeats, firstNumber);
        }
    }

    /** The number of the next message among the one-way messages of this link, if it is one; then {@code count} of them are numbered. */
    private long nextNumber(WireMessage message, int count) {
        if (message.kind() != EnvelopeKind.ONE_WAY) {
            return 0;
        }
        long first = receivedOneWays + 1;
        receivedOneWays += count;
        return first;
    }

    /** Whether the dialler had credit for what has come; if not, that is the end of the link. */
    private boolean isCovered(int messages, long bytes) {
        CreditWindow known = credit;
        long all = receivedBytes.getPlain() + bytes;
        if (known == null || !known.allows(receivedMessages + messages, all)) {
            violated("credit overdrawn");
            return false;
        }
        receivedMessages += messages;
        receivedBytes.lazySet(all);
        return true;
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
            endStranger(how);
        } else {
            violated(how);
        }
    }

    /** What Parley would say, but without HELLO: most likely the rest of a link that has ended here. */
    private void endUnknown() {
        core.counters.malformedFrames.increment();
        end(null, "no HELLO");
    }

    /** Somebody talks who is no peer: not worth an answer, which could be used to make us talk to strangers. */
    private void endStranger(String how) {
        core.counters.malformedFrames.increment();
        core.complaints.report(
                "stranger", "A stranger sent what is no frame of Parley: " + how, new ProtocolViolation(how));
        end(null, how);
    }

    @Override
    void onEnded(String reason, List<WireMessage> unsent) {
        CreditWindow known = credit;
        if (known != null) {
            boolean isInHand = known.close(receivedMessages, receivedBytes.getPlain());
            if (isInHand) {
                links.credit.writeOffLater(known);
            }
        }
        owner.onEnded(this, reason);
    }

    @Override
    public String other() {
        return dialler == null ? "a stranger" : dialler.service() + '/' + dialler.instance();
    }
}
