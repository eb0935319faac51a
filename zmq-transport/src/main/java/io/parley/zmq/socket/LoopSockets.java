package io.parley.zmq.socket;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import zmq.SocketBase;

/** The open sockets of an I/O loop: those that are to be served next, and those that wait for room. Confined to the loop's thread. */
final class LoopSockets {

    private final IoLoop loop;
    private final HandshakeWatch handshakes;
    private final Served served;
    private final StalledLinks stalled;
    private final Set<LoopSocket> open = new LinkedHashSet<>();

    LoopSockets(IoLoop loop) {
        this.loop = loop;
        handshakes = new HandshakeWatch(loop);
        served = new Served(loop);
        stalled = new StalledLinks(loop);
    }

    HandshakeWatch handshakes() {
        return handshakes;
    }

    /** Takes a new socket into the loop, or closes it. */
    <T extends LoopSocket> T add(SocketBase base, Function<SocketBase, T> maker) {
        T socket = null;
        boolean isDone = false;
        try {
            socket = maker.apply(base);
            open.add(socket);
            socket.register(loop.context().poller());
            touch(socket);
            isDone = true;
            return socket;
        } finally {
            if (!isDone && socket != null) {
                socket.close(0);
            } else if (!isDone) {
                base.close();
            }
        }
    }

    void remove(LoopSocket socket) {
        open.remove(socket);
        handshakes.forget(socket);
    }

    /** Has the socket served before the turn ends, or in the next one, which then follows at once. */
    void touch(LoopSocket socket) {
        served.touch(socket);
    }

    boolean areTouched() {
        return !served.isEmpty();
    }

    /** Serves the sockets that are touched now. */
    void serve() {
        served.serve();
    }

    /** Calls {@code link} when there may be room for another frame. */
    void await(Waiting link) {
        stalled.add(link);
    }

    void retryStalled() {
        stalled.retry();
    }

    /** Closes all sockets of a loop that has failed, without regard to what waits to be sent. */
    void closeFailed(Guard guard) {
        guard.quietly(() -> {
            for (LoopSocket socket : List.copyOf(open)) {
                guard.quietly(socket::onFailed);
                guard.quietly(() -> socket.close(0));
            }
        });
        served.clear();
        stalled.clear();
    }

    /** Closes all sockets. Those that linger may send for {@code lingerMillis} what waits. */
    void close(int lingerMillis, Guard guard) {
        for (LoopSocket socket : List.copyOf(open)) {
            guard.quietly(() -> socket.close(socket.lingers() ? lingerMillis : 0));
        }
    }
}
