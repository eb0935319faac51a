package io.parley.zmq.socket;

import java.util.ArrayDeque;

/**
 * A few large arrays that are needed no more, for frames of the same size to arrive in: of a long message's chunks all but the last are
 * alike. That spares the JVM to zero each, and the processor to fetch it.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class SpareFrames {

    private static final int LARGE = 16 * 1024;
    private static final int MOST = 8;

    private final ArrayDeque<byte[]> spare = new ArrayDeque<>(MOST);

    /** An array of that size, with anything in it. */
    byte[] take(int size) {
        byte[] latest = size < LARGE ? null : spare.peek();
        if (latest == null || latest.length != size) {
            return new byte[size];
        }
        return spare.pop();
    }

    /** Keeps it, unless it is small or there are enough. */
    void give(byte[] frame) {
        if (frame.length < LARGE) {
            return;
        }
        if (spare.size() == MOST) {
            spare.removeLast();
        }
        spare.push(frame);
    }
}
