package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.failure.DeadlinePassedException;
import io.parley.failure.FaultCode;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.NotSentException;
import io.parley.failure.OverloadedException;
import io.parley.failure.PeerClosedException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.convert.Faults;
import io.parley.internal.link.InboundLink;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.route.Dispatch;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.WireMessage;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * One message under way through this router: until an instance has it, if it is one-way; until the answer is on its way back, if it is
 * a request. Confined to the I/O context.
 */
final class Forwarded extends Dispatch {

    private final PeerContext core;
    private final Owner owner;
    private final RoutedMessage task;
    private final @Nullable String key;
    private final long since;
    /** What goes out; null once it has gone, so that what an instance has in hand is not held here as well. */
    private @Nullable WireMessage message;

    private @Nullable OutboundLink link;
    private boolean over;

    /** Is told what becomes of a message. Called in the I/O context. */
    interface Owner {

        /** An instance has it in hand. */
        void onSent(Forwarded forwarded, OutboundLink link);

        /** It was refused here, and its sender told. */
        void onFailed(Forwarded forwarded);
    }

    Forwarded(
            PeerContext core,
            Owner owner,
            RoutedMessage task,
            ChannelName channel,
            WireMessage message,
            Deadline deadline) {
        super(channel, deadline, IfFull.WAIT);
        this.core = core;
        this.owner = owner;
        this.task = task;
        this.message = message;
        key = message.key();
        since = core.time.nanoTime();
    }

    RoutedMessage task() {
        return task;
    }

    @Override
    @Nullable
    public String key() {
        return key;
    }

    @Override
    public long bytes() {
        WireMessage waiting = message;
        return waiting == null ? 0 : waiting.payloadLength();
    }

    /** The link on which the answer is awaited; null while it waits for one. */
    @Nullable
    OutboundLink link() {
        return link;
    }

    /** It has to wait: then it should not keep the frame alive in which it came, with all that was in there besides. */
    void settleIn() {
        WireMessage waiting = message;
        if (waiting != null && !over) {
            waiting.compact();
        }
    }

    @Override
    public Verdict offerTo(OutboundLink link) {
        WireMessage offered = message;
        if (offered == null) {
            return Verdict.ACCEPTED;
        }
        if (offered.hasDeadline()) {
            Deadlines.stamp(offered, deadline, 1, core.time, core.openedAt);
        }
        Verdict verdict = task.isRequest() ? link.forward(offered) : link.offer(offered);
        if (verdict == Verdict.ACCEPTED) {
            message = null;
            core.counters.sent.increment();
            record(FlowStep.SENT, link, 0, "passed on by " + core.name);
            if (task.isRequest()) {
                this.link = link;
            } else {
                over = true;
            }
            owner.onSent(this, link);
        }
        return verdict;
    }

    /** The answer arrived: it goes back as it is, and says who gave it. */
    void answer(OutboundLink from, WireMessage answer) {
        over = true;
        WireMessage back = withSender(answer, from);
        long elapsed = core.time.nanoTime() - since;
        try {
            if (answer.fault() != 0) {
                task.passFault(back);
            } else {
                task.send(back);
            }
            record(stepOf(answer), from, elapsed, null);
        } catch (NotSentException e) {
            String text = String.valueOf(e.getMessage());
            task.fault(FaultCode.UNSENDABLE_REPLY, null, text);
            record(FlowStep.FAULTED, from, elapsed, text);
        }
        task.done();
    }

    /** Returns the answer with the name of the instance that gave it. */
    static WireMessage withSender(WireMessage answer, OutboundLink from) {
        return answer.head.sender() == null ? answer.withHead(answer.head.from(from.acceptor())) : answer;
    }

    private static FlowStep stepOf(WireMessage answer) {
        if (answer.fault() == 0) {
            return FlowStep.ANSWERED;
        }
        return Faults.isRefusal(answer) ? FlowStep.REFUSED : FlowStep.FAULTED;
    }

    /** The link to the instance is gone, and what the instance did with it will not be known. */
    void lose(String text) {
        over = true;
        record(FlowStep.LINK_LOST, link, core.time.nanoTime() - since, text);
        task.fault(FaultCode.LINK_LOST, null, text);
        task.done();
    }

    /** Nobody awaits the answer any more. */
    void drop() {
        over = true;
        task.done();
    }

    @Override
    public void fail(MessagingException cause) {
        if (!over) {
            over = true;
            String text = String.valueOf(cause.getMessage());
            record(FlowStep.REFUSED, link, 0, text);
            task.refuse(codeOf(cause), text);
            owner.onFailed(this);
            task.done();
        }
    }

    @Override
    public boolean isAbandoned() {
        return over;
    }

    private static FaultCode codeOf(MessagingException cause) {
        if (cause instanceof OverloadedException) {
            return FaultCode.BUSY;
        } else if (cause instanceof DeadlinePassedException) {
            return FaultCode.TOO_LATE;
        } else if (cause instanceof PeerClosedException) {
            return FaultCode.GOING_AWAY;
        }
        return cause instanceof NoInstanceException ? FaultCode.NO_INSTANCE : FaultCode.INVALID_PAYLOAD;
    }

    private void record(FlowStep step, @Nullable OutboundLink link, long elapsed, @Nullable String detail) {
        InboundLink from = task.from();
        core.flows.recordPassed(
                step,
                channel,
                task.style(),
                task,
                from == null ? "" : from.other(),
                link == null ? channel.owner() : link.other(),
                elapsed,
                detail);
    }
}
