package io.parley.internal.pointtopoint;

import io.parley.codec.CodecException;
import io.parley.failure.MessagingException;
import io.parley.failure.UndecodableReplyException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.convert.Faults;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.route.Attempt;
import io.parley.internal.route.Dispatch;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A request, from the moment it is made until its outcome is known, over all its attempts. The first outcome wins; there is exactly one.
 *
 * @param <A> the type of the answer
 */
abstract class Request<A> extends Dispatch implements Attempt.Caller {

    private static final VarHandle SETTLED;

    static {
        try {
            SETTLED = MethodHandles.lookup().findVarHandle(Request.class, "settled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final PeerContext core;
    private final RequestTarget<A> target;
    private final WireMessage message;
    /** Whether its steps are recorded one by one. */
    private final boolean isWatched;
    /** When it was made, if it is watched. */
    private final long madeAt;

    private boolean isEnqueued;

    private volatile boolean settled;

    /** The attempt that is under way, or was the last; null before the first, and while the request waits for another. */
    private volatile @Nullable Attempt attempt;

    Request(RequestTarget<A> target, WireMessage message, Deadline deadline, IfFull ifFull) {
        super(target.channel().name(), deadline, ifFull);
        this.target = target;
        this.message = message;
        core = target.core();
        isWatched = core.flows.wants(message.id);
        madeAt = isWatched ? core.flows.now() : 0;
    }

    /** The answer arrived. Called in the I/O context; decoding is for another thread, perhaps by the task that this answers. */
    abstract @Nullable Runnable onAnswer(WireMessage answer);

    abstract void onFailure(MessagingException cause);

    @Override
    public final Dispatch outgoing() {
        return this;
    }

    /** Returns the attempt that is under way, or was the last; null while the request waits for a link. */
    final @Nullable Attempt attempt() {
        return attempt;
    }

    private @Nullable OutboundLink link() {
        Attempt last = attempt;
        return last == null ? null : last.link();
    }

    @Override
    public final @Nullable String key() {
        return message.key();
    }

    @Override
    public final long bytes() {
        return message.payloadLength();
    }

    @Override
    public final long target() {
        return target.incarnation();
    }

    @Override
    public final Verdict offerTo(OutboundLink link) {
        Deadlines.stamp(message, deadline, 1, core.time, core.openedAt);
        var tried = new Attempt(this, message, link);
        attempt = tried;
        if (settled) {
            // Given up a moment ago, by a caller who has not seen the attempt: nothing is left to send.
            attempt = null;
            return Verdict.ACCEPTED;
        }
        Verdict verdict = tried.offer();
        if (verdict == Verdict.ACCEPTED) {
            if (!channel.isReserved()) {
                core.counters.sent.increment();
            }
            if (isWatched) {
                long now = isEnqueued ? core.flows.now() : madeAt;
                record(FlowStep.SENT, now, link, now - madeAt, null);
            }
        } else {
            attempt = null;
        }
        return verdict;
    }

    @Override
    public final void onAgain(MessagingException why) {
        OutboundLink from = link();
        attempt = null;
        isEnqueued = true;
        if (isWatched) {
            record(FlowStep.ENQUEUED, from, "tried again: " + why.getMessage());
        }
    }

    @Override
    public final void onEnqueued() {
        isEnqueued = true;
        if (isWatched) {
            record(FlowStep.ENQUEUED, core.flows.now(), null, 0, null);
        }
    }

    @Override
    public final boolean isAbandoned() {
        return settled;
    }

    /**
     * Settles the request without an outcome, as the caller has gone. {@link #stopAwaiting} is to follow.
     *
     * @return false if it was settled already
     */
    final boolean abandon() {
        boolean isFirst = settle();
        if (isFirst) {
            record(FlowStep.DROPPED, link(), "given up by the caller");
        }
        return isFirst;
    }

    /**
     * Has an abandoned request no longer awaited on the link that it went out on.
     *
     * @return false if it was not sent, nor will be
     */
    final boolean stopAwaiting() {
        Attempt last = attempt;
        if (last == null) {
            return false;
        }
        last.giveUp();
        return true;
    }

    @Override
    public final @Nullable Runnable answer(WireMessage answer) {
        if (!settle()) {
            return null;
        }
        if (answer.kind() != EnvelopeKind.FAULT) {
            recordAnswered(answer);
            return onAnswer(answer);
        }
        MessagingException failure = Faults.toException(answer, channel);
        try {
            record(Faults.step(failure), link(), Faults.text(answer));
        } finally {
            onFailure(failure);
        }
        return null;
    }

    private void recordAnswered(WireMessage answer) {
        try {
            if (isWatched) {
                core.flows.keepAnswer(channel, message.id, answer);
            }
            record(FlowStep.ANSWERED, link(), null);
        } catch (Throwable e) {
            // The request is settled: the caller must get the answer now or never.
            Runnable rest = onAnswer(answer);
            if (rest != null) {
                core.runCallback(rest);
            }
            throw e;
        }
    }

    @Override
    public final void fail(MessagingException cause) {
        if (settle()) {
            try {
                record(Faults.step(cause), link(), cause.getMessage());
            } finally {
                onFailure(cause);
            }
        }
    }

    /** @throws UndecodableReplyException if the answer is not what the channel promises */
    final Message<A> decode(WireMessage answer) {
        OutboundLink from = link();
        try {
            return MessageDecoding.answer(
                    answer,
                    message,
                    target.codec(),
                    target.channel().replyType(),
                    core.time,
                    from == null ? null : from.acceptor());
        } catch (CodecException e) {
            throw new UndecodableReplyException(
                    "The answer on " + channel + " cannot be decoded: " + ThrowableText.messageOrName(e), e);
        }
    }

    private boolean settle() {
        return !settled && SETTLED.compareAndSet(this, false, true);
    }

    private void record(FlowStep step, @Nullable OutboundLink link, @Nullable String detail) {
        if (isWatched || step.isTrouble()) {
            long now = core.flows.now();
            record(step, now, link, isWatched ? now - madeAt : 0, detail);
        }
    }

    private void record(
            FlowStep step, long now, @Nullable OutboundLink link, long elapsedNanos, @Nullable String detail) {
        Object to = link == null ? channel.owner() : link.acceptor();
        core.flows.recordSent(step, now, channel, target.channel().style(), message, to, elapsedNanos, detail);
    }
}
