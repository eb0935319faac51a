package io.parley.zmq.socket;

import io.parley.transport.DeferredFrame;
import java.nio.ByteBuffer;
import zmq.Msg;

/**
 * A frame that is put together when JeroMQ begins to write it, in the desk of its link: an array that all of the link's are put together in, one after
 * the other, as JeroMQ asks for the next one's octets only when it has written those of the one before.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class LateMessage extends Msg {

    private final DeferredFrame frame;
    private final Desk desk;

    /** Where the frames of one link are put together. Confined to the I/O loop's thread. */
    static final class Desk {

        private byte[] octets = {};

        private byte[] of(int length) {
            if (octets.length < length) {
                octets = new byte[length];
            }
            return octets;
        }
    }

    LateMessage(DeferredFrame frame, Desk desk) {
        // The size of a message is that of what it is made with.
        super(ByteBuffer.wrap(desk.of(frame.length()), 0, frame.length()));
        this.frame = frame;
        this.desk = desk;
    }

    @Override
    public ByteBuffer buf() {
        byte[] octets = desk.of(frame.length());
        frame.writeTo(octets);
        return ByteBuffer.wrap(octets, 0, frame.length());
    }
}
