package io.parley.zmq.socket;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZMQ;
import zmq.util.Utils;

/**
 * The connections that a bound socket has accepted: pays for the memory of each, hangs up on whoever comes when there is none left, and on
 * whoever has not sent its first frame in time. JeroMQ has no limit of its own, and sets two buffers aside for each from its greeting on.
 *
 * <p>A connection that has not proved itself yet is paid from a part of the memory that is for strangers alone.
 *
 * <p>Confined to the I/O loop's thread, which is JeroMQ's I/O thread as well.
 */
final class Connections {

    /** A connection is found unproved so often before it is hung up on. Time in which the process stood still counts for little. */
    private static final int MOST_ROUNDS = 5;

    private static final Duration ROUND = Duration.ofSeconds(1);

    private final IoLoop loop;
    private final SocketBase base;
    private final Gate gate;
    private final int mostBytes;
    private final ConnectionMemory memory;
    private final Buffers buffers;
    private final Map<SelectableChannel, Connection> open = new HashMap<>();
    private final Map<String, Connection> byAddress = new HashMap<>();
    private int unproved;
    private boolean scheduled;
    private boolean closed;

    /** Decides on what accepted connections send. */
    interface Gate {

        /** Whether {@code message} may enter the socket's queue; if not, it is dropped. What does hangs up by itself. */
        boolean admits(Connection from, Msg message);

        /** The connection is gone. */
        default void onGone(Connection connection) {}
    }

    private Connections(LoopSocket socket, Gate gate, int mostBytes) {
        loop = socket.loop;
        base = socket.base;
        this.gate = gate;
        this.mostBytes = mostBytes;
        memory = loop.connectionMemory();
        buffers = new Buffers(socket);
    }

    /**
     * Watches over all connections to {@code socket}, which is not bound yet.
     *
     * @param mostBytes a bound on a message
     */
    static Connections watch(LoopSocket socket, Gate gate, int mostBytes) {
        var connections = new Connections(socket, gate, mostBytes);
        connections.renewAllocator();
        socket.base.setEventHook(
                event -> {
                    if (event.event == ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL) {
                        connections.renewAllocator();
                    } else if (event.arg instanceof SocketChannel channel) {
                        connections.onEvent(event.event, channel, socket);
                    }
                },
                ZMQ.ZMQ_EVENT_ACCEPTED | ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL | ZMQ.ZMQ_EVENT_DISCONNECTED);
        return connections;
    }

    /** The decoder of the connection that has just been greeted keeps the allocator that was set; the next one gets another. */
    private void renewAllocator() {
        ZmqContext.set(
                base,
                ZMQ.ZMQ_MSG_ALLOCATOR,
                new Arrivals(this, mostBytes, loop.context().spareFrames()));
    }

    private void onEvent(int event, SocketChannel channel, LoopSocket socket) {
        if (event == ZMQ.ZMQ_EVENT_DISCONNECTED) {
            forget(open.get(channel));
        } else {
            accept(channel, socket);
        }
    }

    private void accept(SocketChannel channel, LoopSocket socket) {
        int most = loop.settings().maxConnections();
        if (open.size() >= most) {
            List.copyOf(open.values()).stream()
                    .filter(known -> !known.channel().isOpen())
                    .forEach(this::forget);
        }
        var connection = new Connection(channel, addressOf(channel), buffers.choose(memory.isShort()));
        if (open.size() >= most) {
            refuse(connection, "there are " + most + " already");
        } else if (connection.address().isEmpty() || byAddress.containsKey(connection.address())) {
            refuse(connection, "its address is not its own");
        } else if (closed || !memory.admit(connection.bytes())) {
            refuse(connection, memory.describe());
        } else {
            open.put(channel, connection);
            byAddress.put(connection.address(), connection);
            unproved++;
            buffers.onPaid(connection.bytes(), channel);
            schedule();
            socket.onConnected(channel);
        }
    }

    private void refuse(Connection connection, String why) {
        connection.close();
        loop.troubles().add(Troubles.Kind.REFUSED, why);
    }

    private static String addressOf(SocketChannel channel) {
        try {
            return Utils.getPeerIpAddress(channel).address();
        } catch (RuntimeException e) {
            return ""; // it is gone already
        }
    }

    /** The connection of that remote address; null if there is none. */
    @Nullable
    Connection find(@Nullable String address) {
        return address == null ? null : byAddress.get(address);
    }

    boolean admits(Connection from, Msg message) {
        if (!gate.admits(from, message)) {
            return false;
        }
        if (!from.isProved()) {
            from.prove();
            unproved--;
            memory.prove(from.bytes());
            buffers.onServed(from.bytes());
        }
        return true;
    }

    /** Ends a connection that has done what no peer does. */
    void hangUp(Connection connection, String why) {
        if (!connection.isHungUp()) {
            connection.hangUp(why);
            loop.troubles().add(Troubles.Kind.HUNG_UP, why);
        }
    }

    private void forget(@Nullable Connection gone) {
        if (gone == null || open.remove(gone.channel()) == null) {
            return;
        }
        byAddress.remove(gone.address(), gone);
        if (!gone.isProved()) {
            unproved--;
            buffers.onServed(gone.bytes());
        }
        memory.release(gone.bytes(), gone.isProved());
        gate.onGone(gone);
    }

    /** The socket closes, and its connections with it. */
    void close() {
        closed = true;
        List.copyOf(open.values()).forEach(this::forget);
    }

    private void schedule() {
        if (!scheduled && unproved > 0 && !closed) {
            scheduled = true;
            loop.timers().schedule(ROUND, () -> loop.execute(this::onRound));
        }
    }

    private void onRound() {
        scheduled = false;
        for (Connection connection : List.copyOf(open.values())) {
            if (!connection.isProved() && connection.growOlder() >= MOST_ROUNDS) {
                hangUp(
                        connection,
                        "Nothing was said for "
                                + ROUND.multipliedBy(MOST_ROUNDS).toSeconds() + " s");
            }
            if (!connection.channel().isOpen()) {
                forget(connection);
            }
        }
        schedule();
    }
}
