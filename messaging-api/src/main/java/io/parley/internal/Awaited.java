package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.failure.MessagingException;
import io.parley.internal.wire.WireMessage;
import io.parley.time.Deadline;

/** A request as the link sees it that awaits the answer. Thread-safe. */
interface Awaited {

    ChannelName channel();

    /** The sequence number of the request. */
    long sequence();

    Deadline deadline();

    /** The answer arrived. Called in the I/O context, unless the call has failed. */
    void answer(WireMessage answer);

    /** There will be no answer. */
    void fail(MessagingException cause);
}
