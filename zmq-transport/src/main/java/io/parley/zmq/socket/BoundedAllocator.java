package io.parley.zmq.socket;

import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Makes the messages that arrive over connections that this port asked for, and so stands between foreign bytes and memory. It needs to,
 * because JeroMQ takes a declared length that is negative for a small one (its issue 1005).
 *
 * <p>Confined to the I/O loop's thread.
 */
final class BoundedAllocator implements MsgAllocator {

    private final int mostBytes;
    private final SpareFrames spare;
    private final @Nullable OversizedMemory oversized;

    /** @param oversized where what is above {@code mostBytes} is taken in; null if JeroMQ ends the connection before that */
    BoundedAllocator(int mostBytes, SpareFrames spare, @Nullable OversizedMemory oversized) {
        this.mostBytes = mostBytes;
        this.spare = spare;
        this.oversized = oversized;
    }

    @Override
    public Msg allocate(int size) {
        if (size > mostBytes && oversized != null) {
            Oversized message = oversized.take(size);
            if (message != null) {
                return message;
            }
        }
        return new Arrived(spare.take(size < 0 || size > mostBytes ? 0 : size));
    }
}
