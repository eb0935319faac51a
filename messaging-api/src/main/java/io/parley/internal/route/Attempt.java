package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.failure.MessagingException;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.PendingCall;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.wire.WireMessage;
import io.parley.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a message answered over one link. A message that is sent again gets another attempt, over another link or the same.
 * Thread-safe.
 */
public final class Attempt implements PendingCall {

    private final Caller caller;
    private final WireMessage message;
    private final OutboundLink link;

    /** Awaits the answer, over all attempts. Thread-safe. */
    public interface Caller {

        /** Returns the message that attempts are made for. */
        Dispatch outgoing();

        /**
         * An attempt was answered. Called in the I/O context.
         *
         * @return what is left to do in a thread that may run the caller's code; null if nothing is
         */
        @Nullable
        Runnable answer(WireMessage answer);
    }

    /** @param message goes out, and is answered by its id */
    public Attempt(Caller caller, WireMessage message, OutboundLink link) {
        this.caller = caller;
        this.message = message;
        this.link = link;
    }

    /** Offers the message to the link, and awaits the answer from then on if the link accepts it. */
    public Verdict offer() {
        return link.call(message, this);
    }

    /** Returns the message that this attempt is made for, which can be sent again. */
    Dispatch outgoing() {
        return caller.outgoing();
    }

    /** Awaits the answer no longer, and cancels the message at the other end. */
    public void giveUp() {
        link.giveUp(this);
    }

    /**
     * Fails the message, whose time is up.
     *
     * @return false if the answer is already on its way to the caller
     */
    public boolean timeOut() {
        return link.timeOut(this);
    }

    @Override
    public ChannelName channel() {
        return caller.outgoing().channel;
    }

    @Override
    public long sequence() {
        return message.id.sequence();
    }

    @Override
    public Deadline deadline() {
        return caller.outgoing().deadline;
    }

    @Override
    public OutboundLink link() {
        return link;
    }

    @Override
    public @Nullable Runnable answer(WireMessage answer) {
        return caller.answer(answer);
    }

    @Override
    public void fail(MessagingException cause) {
        caller.outgoing().fail(cause);
    }
}
