package io.parley.zmq.socket;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * Hangs up on whoever connects to a bound socket beyond a number. A connection costs buffers from its greeting on, a stranger
 * can leave it at that, and JeroMQ has no limit of its own.
 *
 * <p>Confined to ZeroMQ's I/O thread.
 */
final class ConnectionLimit {

    private final int most;
    private final Consumer<SelectableChannel> onAccepted;
    private final Runnable onRefused;
    private final Set<SelectableChannel> open = new HashSet<>();

    private ConnectionLimit(int most, Consumer<SelectableChannel> onAccepted, Runnable onRefused) {
        this.most = most;
        this.onAccepted = onAccepted;
        this.onRefused = onRefused;
    }

    /** To be called before {@code socket} is bound. */
    static void impose(SocketBase socket, int most, Consumer<SelectableChannel> onAccepted, Runnable onRefused) {
        var limit = new ConnectionLimit(most, onAccepted, onRefused);
        socket.setEventHook(
                event -> {
                    if (event.arg instanceof SelectableChannel channel) {
                        limit.onEvent(event.event, channel);
                    }
                },
                ZMQ.ZMQ_EVENT_ACCEPTED | ZMQ.ZMQ_EVENT_DISCONNECTED);
    }

    private void onEvent(int event, SelectableChannel channel) {
        if (event == ZMQ.ZMQ_EVENT_DISCONNECTED) {
            open.remove(channel);
            return;
        }
        if (open.size() >= most) {
            open.removeIf(known -> !known.isOpen());
        }
        if (open.size() < most) {
            open.add(channel);
            onAccepted.accept(channel);
            return;
        }
        try {
            channel.close(); // the engine reads from it next, and ends the session as for any lost connection
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
        onRefused.run();
    }
}
