package io.parley.zmq.socket;

import java.util.ArrayDeque;

/**
 * The sockets that are to be served in this turn of the loop, or in the next one. Tells failures that concern one socket apart from those after
 * which the port cannot go on: no remote end must bring about the latter.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class Served {

    private static final int FRAMES_PER_TURN = 64;

    /** A bound socket that fails so often in a row, and is not served once in between, does not work any more. */
    private static final int MOST_FAILURES = 1_000;

    private final IoLoop loop;
    private final ArrayDeque<LoopSocket> touched = new ArrayDeque<>();

    Served(IoLoop loop) {
        this.loop = loop;
    }

    void touch(LoopSocket socket) {
        if (!socket.touched && !socket.isClosed()) {
            socket.touched = true;
            touched.add(socket);
        }
    }

    boolean isEmpty() {
        return touched.isEmpty();
    }

    void clear() {
        touched.clear();
    }

    /**
     * Serves those that are to be served now.
     *
     * @throws RuntimeException or an error, if a bound socket does not work any more or memory is used up: the port cannot go on
     */
    void serve() {
        for (int i = touched.size(); i > 0 && !loop.isStopped(); i--) {
            LoopSocket socket = touched.remove();
            socket.touched = false;
            try {
                if (socket.serve(FRAMES_PER_TURN)) {
                    touch(socket);
                }
                socket.failures = 0;
            } catch (OutOfMemoryError e) {
                throw e;
            } catch (Throwable e) {
                onFailed(socket, e);
            }
        }
    }

    /** JeroMQ failed, or this transport: whatever listeners throw is caught where they are called. */
    private void onFailed(LoopSocket socket, Throwable cause) {
        String text = loop.onSocketFailed(cause);
        if (socket.isOfOneLink()) {
            socket.onBroken("Its socket failed: " + text);
        } else if (++socket.failures > MOST_FAILURES) {
            throw new IllegalStateException("A bound socket does not work any more", cause);
        } else {
            touch(socket);
        }
    }
}
