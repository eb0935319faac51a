package io.parley.internal;

import io.parley.Limits;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.Control.Speaker;
import io.parley.internal.wire.Control.Terms;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.Head;
import io.parley.internal.wire.Repeats;
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
 * <p>What {@link Origin} asks for is thread-safe, the rest is confined to the I/O context.
 */
final class InboundLink extends PeerLink implements Origin {

    private static final int REMEMBERED_CANCELS = 1024;
    private static final int LONGEST_ADDRESS = 255;

    /** 24 bits for messages, of which there are a million at most in a window, and 40 for their bytes. */
    private static final long ONE_MESSAGE = 1L << 40;

    private static final long BYTES = ONE_MESSAGE - 1;

    /** Less than one of so many parts of the window is little. */
    private static final int PARTS = 128;

    private final Owner owner;
    private final Terms window;
    private @Nullable Speaker dialler;
    private volatile @Nullable PeerName sender;

    /** Null for a dialler that does not want to know. */
    private volatile @Nullable FinishedOneWays finishedOneWays;

    private long receivedOneWays;
    private long receivedMessages;
    private long receivedBytes;
    /** What was finished since the last grant: messages in the upper bits, their bytes in the lower ones. */
    private final AtomicLong finished = new AtomicLong();
    /** Both change under {@link #granting} only. */
    private volatile long grantedMessages;

    private volatile long grantedBytes;
    private final Object granting = new Object();

    private boolean isLeft;
    private boolean isDiallerLeaving;

    private final ArrayDeque<MessageId> cancelled = new ArrayDeque<>();
    private volatile boolean anyCancelled;

    /** What a link tells whoever accepted it. Called in the I/O context. */
    interface Owner {

        /** Whether another link is taken. */
        boolean hasRoom();

        /** The dialler has said who it is. */
        void onReady(InboundLink link);

        /** A request or one-way message is about to be read. */
        Received received(InboundLink link, Head head, MessageId id);

        /** It arrived. */
        void onMessage(Received message);

        /** It arrived after the dialler had taken leave of this peer, which goes. */
        void onLateMessage(Received message);

        /**
         * Messages arrived that repeat one for the same handler, which does not run in the I/O context.
         *
         * @param firstNumber that of the first among the link's one-way messages; 0 for others
         */
        void onRepeats(InboundLink link, Destination to, Repeats repeats, long firstNumber);

        /** A frame has been read. */
        void onFrameRead();

        /** A response to a survey arrived, or a fault instead. */
        void onResponse(Speaker from, WireMessage response);

        /** The dialler does not await the answer to this request any more. */
        void onCancelled(InboundLink link, MessageId request);

        /** The dialler will close the link by and by, and should be sent nothing new. */
        default void onLeaving(InboundLink link) {}

        void onEnded(InboundLink link, String reason);
    }

    InboundLink(Core core, Owner owner, Link link) {
        super(core, link);
        this.owner = owner;
        window = terms(core);
        grantedMessages = window.messages();
        grantedBytes = window.bytes();
    }

    /** What this peer accepts, and the credit that it grants at first. */
    static Terms terms(Core core) {
        Limits limits = core.settings.limits();
        return new Terms(maxFrame(limits), limits.windowMessages(), Math.max(limits.windowBytes(), maxFrame(limits)));
    }

    /** A message of the largest size, with room for its fields and the frame around it. */
    static int maxFrame(Limits limits) {
        return limits.maxMessageBytes() + 66 * 1024;
    }

    /** Who dialled; null until it has said so. */
    @Nullable
    Speaker dialler() {
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
    public void finished(long first, int count) {
        FinishedOneWays told = finishedOneWays;
        if (told != null) {
            told.add(first, count);
        }
    }

    private void tellFinished() {
        FinishedOneWays told = finishedOneWays;
        if (told != null) {
            told.tell();
        }
    }

    /** What the messages took is granted anew, by and by. */
    @Override
    public void done(int messages, long bytes) {
        if (isDue(finished.addAndGet(messages * ONE_MESSAGE + bytes))) {
            grantIfDue();
        }
    }

    @Override
    public boolean isLittle(int messages, long bytes) {
        return isLittle(messages, bytes, window);
    }

    /** A small part of the window, and nothing that the largest message could lack. */
    static boolean isLittle(int messages, long bytes, Terms window) {
        return messages < window.messages() / PARTS
                && bytes < window.bytes() / PARTS
                && window.bytes() - bytes >= window.maxFrame();
    }

    /** When half the window is used; or before that, when what is left would not let the largest message through. */
    private boolean isDue(long finished) {
        long bytes = finished & BYTES;
        return finished / ONE_MESSAGE >= (window.messages() + 1) / 2
                || bytes >= window.bytes() / 2
                || (bytes > 0 && window.bytes() - bytes < window.maxFrame());
    }

    /** Grants nothing while answers pile up that the dialler does not read: who does not listen shall not go on asking. */
    private void grantIfDue() {
        synchronized (granting) {
            if (!isDue(finished.get()) || outbox.backlog() > window.bytes()) {
                return;
            }
            long granted = finished.getAndSet(0);
            grantedMessages += granted / ONE_MESSAGE;
            grantedBytes += granted & BYTES;
            tellFinished();
            outbox.add(new Control.Credit(grantedMessages, grantedBytes));
        }
    }

    @Override
    void onDrained() {
        grantIfDue();
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
        tellFinished();
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
        if (control instanceof Control.Hello hello && dialler == null) {
            onHello(hello);
        } else if (dialler == null) {
            endUnknown();
        } else if (control instanceof Control.Cancel cancel) {
            onCancel(new MessageId(cancel.incarnation(), cancel.sequence()));
        } else if (control instanceof Control.Pong pong && pong.token() == Farewell.TOKEN) {
            isLeft = true;
        } else if (control instanceof Control.BulkWanted) {
            bulk.onWanted();
        } else if (control instanceof Control.GoingAway) {
            isDiallerLeaving = true;
            owner.onLeaving(this);
        } else if (control instanceof Control.Credit) {
            // Nothing is used of it: answers need none.
            return;
        } else if (control instanceof Reject reject) {
            end(null, "rejected by the dialler: " + PlainText.of(reject.reason()));
        } else if (!onCommonControl(control)) {
            violated(control.getClass().getSimpleName() + " out of place");
        }
    }

    private void onCancel(MessageId request) {
        synchronized (cancelled) {
            if (cancelled.size() == REMEMBERED_CANCELS) {
                cancelled.remove();
            }
            cancelled.add(request);
            anyCancelled = true;
        }
        owner.onCancelled(this, request);
    }

    private void onHello(Control.Hello hello) {
        if (hello.minVersion() > Frames.VERSION || hello.maxVersion() < Frames.VERSION) {
            end(
                    new Reject(Reject.VERSION, "only version " + Frames.VERSION + " is spoken here"),
                    "no version in common with " + hello.speaker().service());
        } else if (hello.target() != 0 && hello.target() != core.incarnation) {
            end(new Reject(Reject.INCARNATION, "another incarnation is here now"), "another incarnation was meant");
        } else if (core.isClosing() || !owner.hasRoom()) {
            end(new Reject(Reject.OVERLOADED, "no more links here"), "no more links");
        } else {
            dialler = hello.speaker();
            sender = new PeerName(hello.speaker().service(), hello.speaker().instance());
            bulk.onKnown(hello.bulk());
            if (hello.finished()) {
                finishedOneWays = new FinishedOneWays(core, outbox);
            }
            outbox.open(hello.terms());
            sendNow(new Control.Welcome(
                    Frames.VERSION, core.speaker, window, publishAddress(), core.bulk.isPossible(), true));
            owner.onReady(this);
        }
    }

    @Override
    void wantBulkLink() {
        bulk.await();
    }

    /** For diallers that have it from no registry; one too long to be told is none. */
    private String publishAddress() {
        String address = core.port().publishAddress();
        return address.getBytes(StandardCharsets.UTF_8).length <= LONGEST_ADDRESS ? address : "";
    }

    @Override
    public WireMessage messageOf(Head head, MessageId id) {
        boolean handled = head.kind() == EnvelopeKind.REQUEST || head.kind() == EnvelopeKind.ONE_WAY;
        return handled ? owner.received(this, head, id) : super.messageOf(head, id);
    }

    @Override
    public void onMessage(WireMessage message) {
        Speaker from = dialler;
        if (from == null) {
            endUnknown();
            return;
        }
        switch (message.kind()) {
            case REQUEST, ONE_WAY -> {
                receivedMessages++;
                receivedBytes += message.envelopeSize;
                ((Received) message).oneWayNumber(nextNumber(message, 1));
                if (isOverdrawn()) {
                    violated("credit overdrawn");
                } else if (isLeft) {
                    owner.onLateMessage((Received) message);
                } else {
                    owner.onMessage((Received) message);
                }
            }
            case RESPONSE, FAULT -> owner.onResponse(from, message);
            default -> violated(message.kind() + " from a dialler");
        }
    }

    @Override
    public boolean gathers(WireMessage earlier) {
        return earlier instanceof Received received && received.to().lane != null && !isLeft;
    }

    @Override
    public void onRepeats(Repeats repeats) {
        receivedMessages += repeats.count();
        receivedBytes += repeats.size();
        if (isOverdrawn()) {
            violated("credit overdrawn");
        } else {
            long firstNumber = nextNumber(repeats.earlier(), repeats.count());
            owner.onRepeats(this, ((Received) repeats.earlier()).to(), repeats, firstNumber);
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

    private boolean isOverdrawn() {
        return receivedMessages > grantedMessages || receivedBytes > grantedBytes;
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
    void onMalformed(String how) {
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
        core.complaints.complain(
                "stranger", "A stranger sent what is no frame of Parley: " + how, new ProtocolViolation(how));
        end(null, how);
    }

    @Override
    void onEnded(String reason, List<WireMessage> unsent) {
        owner.onEnded(this, reason);
    }

    @Override
    String other() {
        return dialler == null ? "a stranger" : dialler.service() + '/' + dialler.instance();
    }
}
