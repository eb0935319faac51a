package io.parley.zmq.socket;

import java.util.HashSet;
import java.util.Set;
import zmq.ZMQ;

/**
 * Sees connections through their handshake. JeroMQ's I/O thread now and then loses sight of a connection it has just made (its
 * pull request 1022): nothing is read or written until something else has that thread look over all it polls, which in a
 * process with little to do may never happen. So as long as a connection is made and its handshake is not, this gives it
 * something else to do.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class HandshakeWatch {

    private static final long FIRST_NANOS = 5_000_000;
    private static final long MOST_NANOS = 1_000_000_000;

    private final IoLoop loop;
    private final Set<LoopSocket> shaking = new HashSet<>();
    private long interval;
    private long due;

    HandshakeWatch(IoLoop loop) {
        this.loop = loop;
    }

    /** Watches all connections that {@code socket} is going to make. */
    void watch(LoopSocket socket) {
        int events = ZMQ.ZMQ_EVENT_CONNECTED | ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL | ZMQ.ZMQ_EVENT_DISCONNECTED;
        // The hook runs on ZeroMQ's thread.
        socket.base.setEventHook(
                event -> {
                    boolean connected = event.event == ZMQ.ZMQ_EVENT_CONNECTED;
                    loop.execute(() -> onEvent(socket, connected));
                },
                events);
    }

    void forget(LoopSocket socket) {
        shaking.remove(socket);
    }

    boolean isIdle() {
        return shaking.isEmpty();
    }

    /** How long until {@link #nudgeIfDue} has something to do; at least 1. */
    long millisUntilDue() {
        return Math.max(1, (due - System.nanoTime()) / 1_000_000);
    }

    void nudgeIfDue() {
        if (!shaking.isEmpty() && System.nanoTime() - due >= 0) {
            loop.context().nudge();
            interval = Math.min(MOST_NANOS, 2 * interval);
            due = System.nanoTime() + interval;
        }
    }

    private void onEvent(LoopSocket socket, boolean connected) {
        if (!connected) {
            shaking.remove(socket);
        } else if (!socket.isClosed()) {
            shaking.add(socket);
            interval = FIRST_NANOS;
            due = System.nanoTime() + interval;
        }
    }
}
