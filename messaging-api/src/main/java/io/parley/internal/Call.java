package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.channel.RequestChannel;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.MessagingException;
import io.parley.failure.UndecodableReplyException;
import io.parley.internal.Outbox.Verdict;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A request, from the moment it is made until its outcome is known. The first outcome wins; there is exactly one.
 *
 * @param <A> what is answered
 */
abstract class Call<A> extends Outgoing implements Awaited {

    private static final VarHandle SETTLED;

    static {
        try {
            SETTLED = MethodHandles.lookup().findVarHandle(Call.class, "settled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Core core;
    private final RequestChannel<?, A> requestChannel;
    private final WireMessage request;
    private final Codec codec;
    private final long target;
    /** Whether its steps are told one by one. */
    private final boolean isWatched;
    /** When it was made, if it is watched. */
    private final long madeAt;

    private boolean isEnqueued;

    private volatile boolean settled;

    private volatile @Nullable OutboundLink link;

    Call(
            Core core,
            RequestChannel<?, A> channel,
            Codec codec,
            WireMessage request,
            long target,
            Deadline deadline,
            IfFull ifFull) {
        super(channel.name(), deadline, ifFull);
        this.core = core;
        this.requestChannel = channel;
        this.codec = codec;
        this.request = request;
        this.target = target;
        isWatched = core.flows.wants(request.id);
        madeAt = isWatched ? core.flows.now() : 0;
    }

    /** The answer arrived. Called in the I/O context; decoding is for another thread, perhaps by the task that this answers. */
    abstract @Nullable Runnable onAnswer(WireMessage answer);

    abstract void onFailure(MessagingException cause);

    @Override
    public final ChannelName channel() {
        return requestChannel.name();
    }

    @Override
    public final Deadline deadline() {
        return deadline;
    }

    @Override
    public final long sequence() {
        return request.id.sequence();
    }

    /** The link that the request went out on; null until it has. */
    @Override
    public final @Nullable OutboundLink link() {
        return link;
    }

    @Override
    final @Nullable String key() {
        return request.key();
    }

    @Override
    final long bytes() {
        return request.payloadLength();
    }

    @Override
    final long target() {
        return target;
    }

    @Override
    final Verdict offerTo(OutboundLink link) {
        Deadlines.tell(request, deadline, 1, core.time, core.openedAt);
        this.link = link;
        if (settled) {
            // Given up a moment ago, by a caller who has not seen the link: nothing is left to send.
            this.link = null;
            return Verdict.ACCEPTED;
        }
        Verdict verdict = link.call(request, this);
        if (verdict == Verdict.ACCEPTED) {
            if (!requestChannel.name().isReserved()) {
                core.counters.sent.increment();
            }
            if (isWatched) {
                long now = isEnqueued ? core.flows.now() : madeAt;
                tell(FlowStep.SENT, now, link, now - madeAt, null);
            }
        } else {
            this.link = null;
        }
        return verdict;
    }

    @Override
    final void onAgain(MessagingException why) {
        OutboundLink from = link;
        link = null;
        isEnqueued = true;
        if (isWatched) {
            tell(FlowStep.ENQUEUED, from, "tried again: " + why.getMessage());
        }
    }

    @Override
    final void onEnqueued() {
        isEnqueued = true;
        if (isWatched) {
            tell(FlowStep.ENQUEUED, core.flows.now(), null, 0, null);
        }
    }

    @Override
    final boolean isAbandoned() {
        return settled;
    }

    /**
     * Settles the call without an outcome to tell: the caller has gone. If {@link #link()} is null afterwards, the request was not sent, nor
     * will be.
     *
     * @return false if it was settled already
     */
    final boolean abandon() {
        boolean isFirst = settle();
        if (isFirst) {
            tell(FlowStep.DROPPED, link, "given up by the caller");
        }
        return isFirst;
    }

    @Override
    public final @Nullable Runnable answer(WireMessage answer) {
        if (!settle()) {
            return null;
        }
        if (answer.kind() != EnvelopeKind.FAULT) {
            tellAnswered(answer);
            return onAnswer(answer);
        }
        MessagingException failure = Faults.toException(answer, requestChannel.name());
        try {
            tell(Faults.step(failure), link, Faults.text(answer));
        } finally {
            onFailure(failure);
        }
        return null;
    }

    private void tellAnswered(WireMessage answer) {
        try {
            if (isWatched) {
                core.flows.keepAnswer(channel(), request.id, answer);
            }
            tell(FlowStep.ANSWERED, link, null);
        } catch (Throwable e) {
            // It is settled and awaited no more: the caller must get the answer now or never.
            Runnable rest = onAnswer(answer);
            if (rest != null) {
                core.tell(rest);
            }
            throw e;
        }
    }

    @Override
    public final void fail(MessagingException cause) {
        if (settle()) {
            try {
                tell(Faults.step(cause), link, cause.getMessage());
            } finally {
                onFailure(cause);
            }
        }
    }

    /** @throws UndecodableReplyException if the answer is not what the channel promises */
    final Message<A> decode(WireMessage answer) {
        OutboundLink from = link;
        try {
            return Inbound.answer(
                    answer,
                    request,
                    codec,
                    requestChannel.replyType(),
                    core.time,
                    from == null ? null : from.acceptor());
        } catch (CodecException e) {
            throw new UndecodableReplyException(
                    "The answer on " + requestChannel.name() + " cannot be decoded: " + ThrowableText.messageOrName(e),
                    e);
        }
    }

    private boolean settle() {
        return !settled && SETTLED.compareAndSet(this, false, true);
    }

    private void tell(FlowStep step, @Nullable OutboundLink link, @Nullable String detail) {
        if (isWatched || step.isTrouble()) {
            long now = core.flows.now();
            tell(step, now, link, isWatched ? now - madeAt : 0, detail);
        }
    }

    private void tell(
            FlowStep step, long now, @Nullable OutboundLink link, long elapsedNanos, @Nullable String detail) {
        Object to = link == null ? requestChannel.name().owner() : link.acceptor();
        core.flows.tellSent(
                step, now, requestChannel.name(), requestChannel.style(), request, to, elapsedNanos, detail);
    }
}
