package io.parley.zmq.socket;

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

    BoundedAllocator(int mostBytes, SpareFrames spare) {
        this.mostBytes = mostBytes;
        this.spare = spare;
    }

    @Override
    public Msg allocate(int size) {
        return new Arrived(spare.take(size < 0 || size > mostBytes ? 0 : size));
    }
}
