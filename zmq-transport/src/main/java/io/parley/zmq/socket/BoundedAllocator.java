package io.parley.zmq.socket;

import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Makes the messages that arrive, and so stands between foreign bytes and memory. It needs to, because JeroMQ takes a
 * declared length that is negative for a small one (its issue 1005), and takes parts of a message that never ends without
 * bound: here a part is always a message of its own, which the high-water mark counts.
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
        return new SinglePart(spare.take(size < 0 || size > mostBytes ? 0 : size));
    }

    private static final class SinglePart extends Msg {

        SinglePart(byte[] octets) {
            super(octets);
        }

        @Override
        public void setFlags(int flags) {
            super.setFlags(flags & ~MORE);
        }
    }
}
