package io.parley.zmq.socket;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
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

    private static final Duration FIRST = Duration.ofMillis(5);
    private static final Duration MOST = Duration.ofSeconds(1);

    private final IoLoop loop;
    private final Set<LoopSocket> shaking = new HashSet<>();
    private Duration interval = FIRST;
    private boolean scheduled;

    HandshakeWatch(IoLoop loop) {
        this.loop = loop;
    }

    /** Watches all connections that {@code socket} is going to make. */
    void watch(LoopSocket socket) {
        int events = ZMQ.ZMQ_EVENT_CONNECTED | ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL | ZMQ.ZMQ_EVENT_DISCONNECTED;
        socket.base.setEventHook(
                event -> {
                    boolean connected = event.event == ZMQ.ZMQ_EVENT_CONNECTED;
                    if (connected && event.arg instanceof SelectableChannel channel) {
                        socket.onConnected(channel);
                    }
                    loop.execute(() -> onEvent(socket, connected));
                },
                events);
    }

    void forget(LoopSocket socket) {
        shaking.remove(socket);
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.timers().schedule(interval, () -> loop.execute(this::onDue));
        }
    }

    private void onDue() {
        scheduled = false;
        if (!shaking.isEmpty()) {
            loop.context().nudge();
            interval = interval.multipliedBy(2).compareTo(MOST) < 0 ? interval.multipliedBy(2) : MOST;
            schedule();
        }
    }

    private void onEvent(LoopSocket socket, boolean connected) {
        if (!connected) {
            shaking.remove(socket);
        } else if (!socket.isClosed()) {
            shaking.add(socket);
            interval = FIRST;
            schedule();
        }
    }
}
