package io.parley.internal.link;

import io.parley.channel.ChannelName;
import io.parley.failure.MessagingException;
import io.parley.internal.wire.WireMessage;
import io.parley.time.Deadline;
import org.jspecify.annotations.Nullable;

/** A request as the link sees it that awaits the answer. Thread-safe. */
public interface PendingCall {

    /** A link that carries requests. Thread-safe. */
    interface Carrier {

        /** A request that went out on this link does not await its answer any more. */
        void onCallOver();

        /**
         * Fails a call whose time is up.
         *
         * @return false if the answer is already on its way to the caller
         */
        boolean timeOut(PendingCall call);
    }

    ChannelName channel();

    /** The sequence number of the request. */
    long sequence();

    Deadline deadline();

    /** The link that the request goes out on; null while it goes out on none. */
    @Nullable
    Carrier link();

    /**
     * The answer arrived. Called in the I/O context, unless the call has failed.
     *
     * @return what is left to do in a thread that may run the caller's code; null if nothing is
     */
    @Nullable
    Runnable answer(WireMessage answer);

    /** There will be no answer. */
    void fail(MessagingException cause);
}
