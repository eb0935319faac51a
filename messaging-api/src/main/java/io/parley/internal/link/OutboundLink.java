package io.parley.internal.link;

import io.parley.discovery.Instance;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.internal.link.CallSender.Unawaited;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.loadbalance.Candidate;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.transport.Link;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A link that this peer dialled, to one instance: one-way messages and requests go out on it, and answers come back. It lives
 * once; after it ended, its owner dials another.
 *
 * <p>{@link #offer}, {@link #call}, {@link #giveUp}, {@link #timeOut} and what a {@link Candidate} tells are thread-safe, the rest is
 * confined to the I/O context.
 */
public final class OutboundLink extends DialledLink implements Candidate, CallSender.Listener {

    private final Owner owner;
    private final CallSender calls;

    /** One-way messages of our own. Written under the outbox's lock. */
    private final AtomicLong sent;

    private final LinkHealth health;
    private final Farewell farewell;
    private final UnfinishedOneWays unfinished;

    private OutboundLink(LinkContext links, Owner owner, Instance instance, Link link) {
        super(links, instance, link);
        this.owner = owner;
        health = owner.healthOf(instance);
        calls = new CallSender(links, outbox, health, this);
        sent = core.counters.beginPart();
        farewell = new Farewell(outbox);
        unfinished = new UnfinishedOneWays(links.sentOneWays);
    }

    /**
     * Dials an instance. Called in the I/O context.
     *
     * @throws RuntimeException if the transport cannot even begin to connect
     */
    public static OutboundLink dial(LinkContext links, Owner owner, Instance instance) {
        // The transport wants the listener before there is a link to make it of.
        var late = new DeferredLinkListener();
        Link link = links.core.port().connect(instance.address(), late);
        var dialled = new OutboundLink(links, owner, instance, link);
        late.to = dialled;
        dialled.sayHello();
        return dialled;
    }

    /** The record that the owner keeps of the instance. */
    public LinkHealth health() {
        return health;
    }

    /** Nothing waits for an answer on this link, or to be written. */
    boolean isIdle() {
        return calls.outstanding() == 0 && outbox.isEmpty();
    }

    @Override
    public int outstanding() {
        return calls.outstanding();
    }

    @Override
    public boolean hasRoom() {
        return !outbox.isStarved();
    }

    /** Sends nothing new on this link, and ends it when it is idle. */
    public void retire() {
        if (isReady()) {
            leave();
        } else if (state() == State.CONNECTING) {
            end(null, "no longer wanted");
        }
    }

    /** Hands over a one-way message, if there is credit, and then counts it as sent. */
    public Verdict send(WireMessage message) {
        return isReady() ? outbox.offer(message, sent) : Verdict.CLOSED;
    }

    /** Hands over another peer's message, or what is not counted, if there is credit. */
    public Verdict offer(WireMessage message) {
        return isReady() ? outbox.offer(message) : Verdict.CLOSED;
    }

    /** Hands over a response to a survey. */
    public boolean respond(WireMessage message) {
        return (isReady() || state() == State.LEAVING) && outbox.add(message);
    }

    /** Hands over another peer's request, if there is credit. Its answer is nothing that this peer awaits. */
    public Verdict forward(WireMessage request) {
        Verdict verdict = offer(request);
        if (verdict == Verdict.ACCEPTED) {
            calls.onForwarded();
        }
        return verdict;
    }

    /** Such a request is awaited no more. */
    public void onForwardedOver() {
        onCallOver();
    }

    /** Such a request was answered, or a message refused. */
    public void onForwardedAnswered() {
        calls.onAnswered();
    }

    /** Such a request was not answered in time. */
    public void onForwardedTimedOut() {
        if (health.onTimedOut()) {
            owner.onTimeouts(this);
        }
    }

    /** Hands over a request, if there is credit, and from then on awaits the answer. */
    public Verdict call(WireMessage request, PendingCall call) {
        return isReady() ? calls.call(request, call) : Verdict.CLOSED;
    }

    /**
     * Awaits the answer to a call no more.
     *
     * @return false if the answer is already on its way to the caller
     */
    public boolean giveUp(PendingCall call) {
        return calls.giveUp(call);
    }

    @Override
    public boolean timeOut(PendingCall call) {
        return calls.timeOut(call);
    }

    @Override
    public void onCallOver() {
        calls.onOver();
    }

    @Override
    public boolean onRefused(PendingCall call, WireMessage fault) {
        return owner.onRefused(this, call, fault);
    }

    @Override
    public void onUnawaited(WireMessage answer, Unawaited why) {
        owner.onUnawaited(this, answer, why);
    }

    @Override
    public void onProved() {
        owner.onProved(this);
    }

    @Override
    public void onTimeouts() {
        owner.onTimeouts(this);
    }

    /** Once per heartbeat interval. */
    public void onBeat(long now) {
        if (state() == State.LEAVING && isIdle() && unfinished.isEmpty()) {
            end(null, "retired");
        } else if (state() != State.CONNECTING) {
            beat(now);
        }
    }

    /** Whether nothing is outstanding, and all that this peer has sent has arrived. */
    public boolean hasTakenLeave() {
        return isIdle() && (state() == State.CONNECTING || farewell.hasArrived(outbox.accepted()));
    }

    @Override
    void onWelcomed(Control.Welcome welcome) {
        owner.onWelcomed(this, welcome);
    }

    @Override
    void onRejected(Control.Reject reject) {
        owner.onRejected(this, reject);
    }

    @Override
    void onStateChanged() {
        owner.onLinksChanged();
    }

    @Override
    void keepOneWays() {
        outbox.keepIn(unfinished);
    }

    @Override
    boolean onNext(Control control) {
        return switch (control.kind()) {
            case CHUNK -> onChunk((Control.Chunk) control);
            case CREDIT -> onCredit((Control.Credit) control);
            case FINISHED -> onFinished((Control.Finished) control);
            case PING -> onPing((Control.Ping) control);
            case PONG -> onPong((Control.Pong) control);
            case BULK_AT -> onBulkAt((Control.BulkAt) control);
            case BULK_NEXT -> onBulkNext((Control.BulkNext) control);
            case BULK_OVER -> onBulkOver();
            case GOING_AWAY -> onGoingAway();
            case REJECT -> onReject((Control.Reject) control);
            case HELLO,
                    WELCOME,
                    CREDIT_WANTED,
                    CANCEL,
                    BULK_WANTED,
                    BULK_HELLO,
                    BULK_ARRIVED,
                    SUBSCRIBED,
                    HEARTBEAT,
                    NUMBERS -> false;
        };
    }

    private boolean onPong(Control.Pong pong) {
        farewell.onPong(pong);
        return true;
    }

    private boolean onCredit(Control.Credit credit) {
        if (outbox.isBelowGrant(credit)) {
            violated("credit that falls");
        } else if (outbox.onCredit(credit)) {
            owner.onRoom();
        }
        return true;
    }

    private boolean onFinished(Control.Finished finished) {
        if (!unfinished.onFinished(finished)) {
            violated("FINISHED of more than was sent");
        }
        return true;
    }

    private boolean onBulkAt(Control.BulkAt at) {
        bulk.dial(core.port().addressOnSameHost(instance().address(), at.address()), at.token());
        return true;
    }

    @Override
    public void wantBulkLink() {
        outbox.add(new Control.BulkWanted());
    }

    @Override
    public void onMessage(WireMessage message) {
        if (state() == State.CONNECTING) {
            violated(message.kind() + " before WELCOME");
            return;
        }
        switch (message.kind()) {
            case REPLY, FAULT -> calls.onAnswer(message);
            default -> violated(message.kind() + " from an acceptor");
        }
    }

    @Override
    public ChunkBudget.Means meansFor(EnvelopeKind kind, long octets) {
        return ChunkBudget.Means.MEMORY;
    }

    @Override
    void onFrameRead() {
        calls.flushAnswers();
    }

    /** What a link tells whoever dialled it. Called in the I/O context. */
    public interface Owner {

        /** Whether something is to be sent, or a link is needed all the time. */
        default boolean needsLink() {
            return true;
        }

        /** The transport could not even begin to connect; that is tried again after a pause. */
        default void onUnreachable(Instance instance, String reason) {}

        /** The other end has said who it is. */
        void onWelcomed(OutboundLink link, Control.Welcome welcome);

        /** The link became ready, or takes nothing new any more. */
        void onLinksChanged();

        /** There is credit again after somebody was turned away for want of it. */
        void onRoom();

        void onRejected(OutboundLink link, Control.Reject reject);

        /** The link ended before a message that it had accepted, one-way or another peer's, was sent. */
        void onUnsent(OutboundLink link, WireMessage message, String reason);

        /**
         * A fault came for a call that is awaited no more, and not settled.
         *
         * @return whether it is tried again, and so is settled later
         */
        boolean onRefused(OutboundLink link, PendingCall call, WireMessage fault);

        /** The link ended before a request of this peer was sent that it had accepted. The call is awaited no more. */
        void onUnsent(OutboundLink link, PendingCall call, MessagingException cause);

        /** The link ended before it was known of one-way messages that they were finished. */
        void onUnfinished(OutboundLink link, UnfinishedOneWays.Rest rest, String reason);

        /** An answer arrived that nobody awaits. */
        void onUnawaited(OutboundLink link, WireMessage answer, Unawaited why);

        /** So many requests in a row were not answered in time that something may be wrong. */
        void onTimeouts(OutboundLink link);

        /** An answer came from an instance that had been avoided: it works again. */
        void onProved(OutboundLink link);

        /** @param lost whether it was ready, and neither end meant it to end */
        void onLinkEnded(OutboundLink link, String reason, boolean lost);

        /** Returns the record of how an instance has answered, over all links to it. */
        LinkHealth healthOf(Instance instance);
    }

    @Override
    void onEnded(String reason, List<WireMessage> unsent) {
        boolean lost = isReady();
        long accepted = outbox.accepted();
        markEnded();
        core.counters.endPart(sent);
        if (wasReady()) {
            core.flows.recordPeer(FlowStep.PEER_WENT, acceptor(), PeerLink.ended(isOtherLeaving(), reason));
        }
        for (WireMessage message : unsent) {
            if (message.kind() == EnvelopeKind.ONE_WAY || message.id.incarnation() != core.incarnation) {
                owner.onUnsent(this, message, reason);
            } else if (message.kind() == EnvelopeKind.REQUEST) {
                PendingCall call = calls.takeOut(message.id.sequence());
                if (call != null) {
                    owner.onUnsent(
                            this,
                            call,
                            new NoInstanceException("The link to " + other() + " was lost before the request on "
                                    + call.channel() + " was sent: " + reason));
                }
            }
        }
        calls.failAll(reason);
        UnfinishedOneWays.Rest rest = unfinished.end(core.time.nanoTime());
        boolean hasArrived = core.isFinished() && farewell.hasArrived(accepted);
        if (rest.messages().size() + rest.beyond() > 0 && !hasArrived) {
            owner.onUnfinished(this, rest, reason);
        }
        owner.onLinkEnded(this, reason, lost);
    }

    /** Takes out a one-way message that the other side has refused; null if it is not at hand. */
    @Nullable
    public WireMessage takeRefused(MessageId id) {
        return unfinished.takeRefused(id, core.time.nanoTime());
    }
}
