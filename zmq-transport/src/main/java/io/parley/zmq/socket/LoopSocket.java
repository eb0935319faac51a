package io.parley.zmq.socket;

import io.parley.transport.TransportException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.poll.IPollEvents;
import zmq.poll.Poller;

/**
 * A ZeroMQ socket with its place in the loop. Whatever is done to the socket may use up the one signal that tells of messages
 * waiting, so after that it has to be {@linkplain LoopSockets#touch touched}, and is then served before the loop's turn ends.
 *
 * <p>Confined to the I/O loop's thread.
 */
abstract class LoopSocket implements IPollEvents {

    private static final int MOST_STUMBLES = 100;

    /** On a bulk link, what the system holds to send in multiples of what JeroMQ does: a chunk fits in whole while JeroMQ makes the next. */
    private static final int BULK_SEND_TIMES = 2;

    /**
     * The same of what was received. TCP advertises half of what it is given, and on one machine its segments are 64 KiB: with less than
     * some of these, both ends wait by turns.
     */
    private static final int BULK_RECEIVE_TIMES = 8;

    final IoLoop loop;
    final SocketBase base;

    /** Whether the loop has it on its list; the loop's business. */
    boolean touched;

    /** How often in a row serving it has failed; the loop's business. */
    int failures;

    private @Nullable Connections connections;
    private long paid;
    private @Nullable Poller poller;
    private Poller.@Nullable Handle handle;
    private boolean paused;
    private boolean closed;

    LoopSocket(IoLoop loop, SocketBase base) {
        this.loop = loop;
        this.base = base;
    }

    /**
     * Takes in what has arrived.
     *
     * @param most how many frames at most, so that no socket keeps the others waiting
     * @return whether there may be more
     */
    final boolean serve(int most) {
        if (paused) {
            base.getSocketOpt(ZMQ.ZMQ_EVENTS); // takes the signal, which would call the loop again and again
        }
        for (int i = 0; i < most && !closed && !paused; i++) {
            Msg message = receive();
            if (message == null) {
                return false;
            }
            loop.spin().onWork();
            onMessage(message);
        }
        return !closed && !paused;
    }

    /** Whether what arrives is left in the queue for now. */
    final void pause(boolean on) {
        paused = on;
    }

    abstract void onMessage(Msg message);

    /** The transport has failed: nothing arrives any more. */
    abstract void onFailed();

    /** Whether it has one connection, so that it alone ends where it fails, and not the port. */
    boolean isOfOneLink() {
        return false;
    }

    /** It has failed, and is the only one. */
    void onBroken(String reason) {}

    final void register(Poller poller) {
        this.poller = poller;
        handle = poller.addHandle((SelectableChannel) base.getSocketOptx(ZMQ.ZMQ_FD), this);
        poller.setPollIn(handle);
    }

    /** The socket has signalled. */
    @Override
    public final void inEvent() {
        loop.sockets().touch(this);
        loop.turn();
    }

    /** @param mostBytes a bound on a message that arrives */
    final void bind(TcpEndpoint endpoint, Connections.Gate gate, int mostBytes) {
        ZmqContext.set(base, ZMQ.ZMQ_IPV6, endpoint.isIpv6());
        connections = Connections.watch(this, gate, mostBytes);
        if (!base.bind(endpoint.toString())) {
            throw new TransportException("Cannot bind " + endpoint + ": error " + base.errno());
        }
        setBuffers(loop.settings().bufferBytes()); // setting the send buffer before a bind makes the bind fail
    }

    /** The port that it is bound to. */
    final int boundPort() {
        return TcpEndpoint.portOf((String) base.getSocketOptx(ZMQ.ZMQ_LAST_ENDPOINT));
    }

    /** Ends a connection that was accepted here. */
    final void hangUp(Connection connection, String why) {
        if (connections != null) {
            connections.hangUp(connection, why);
        }
    }

    /**
     * Pays for the one connection that it is going to make, until it closes.
     *
     * @throws TransportException if there is no memory left
     */
    final void pay() {
        long bytes = loop.settings().connectionBytes();
        if (!loop.options().memory().tryReserve(bytes)) {
            throw new TransportException("There is no memory left for one more connection: "
                    + loop.options().memory());
        }
        paid = bytes;
    }

    final void connect(TcpEndpoint endpoint) {
        ZmqContext.set(base, ZMQ.ZMQ_IPV6, endpoint.isIpv6());
        setBuffers(loop.settings().bufferBytes());
        loop.sockets().handshakes().watch(this);
        boolean isBegun;
        try {
            isBegun = base.connect(endpoint.toString());
        } catch (RuntimeException e) {
            throw new TransportException("Cannot connect to " + endpoint + ": " + e.getMessage(), e);
        }
        if (!isBegun) {
            throw new TransportException("Cannot connect to " + endpoint + ": error " + base.errno());
        }
        loop.sockets().touch(this);
    }

    /** The next message or part, null if there is none. Unmoved by interrupts. */
    final @Nullable Msg receive() {
        for (int attempts = 1; ; attempts++) {
            try {
                Msg message = base.recv(ZMQ.ZMQ_DONTWAIT);
                if (message != null || base.errno() != ZError.EINTR) {
                    return message;
                }
            } catch (RuntimeException | AssertionError e) {
                onStumble(e, attempts);
            }
        }
    }

    /** Hands a message or part over, unless it would have to wait. Unmoved by interrupts. */
    final boolean send(Msg message, int flags) {
        for (int attempts = 1; ; attempts++) {
            try {
                if (base.send(message, flags | ZMQ.ZMQ_DONTWAIT)) {
                    return true;
                }
                if (base.errno() != ZError.EINTR) {
                    return false;
                }
            } catch (RuntimeException | AssertionError e) {
                onStumble(e, attempts);
            }
        }
    }

    /**
     * Before it does anything, a socket takes in what its connections did, and one that did what it should not can make JeroMQ
     * stumble there: with assertions on, an unsubscription from what somebody else subscribed to is enough. That is done with,
     * and no reason not to do what was asked for.
     */
    private void onStumble(Throwable cause, int attempts) {
        if (attempts > MOST_STUMBLES) {
            throw new IllegalStateException("The socket does not work any more", cause);
        }
        loop.onStumble(cause);
    }

    final boolean isClosed() {
        return closed;
    }

    /** Whether what was sent and is not on its way yet is worth waiting for when the port closes. */
    boolean lingers() {
        return true;
    }

    final void close(int lingerMillis) {
        if (closed) {
            return;
        }
        closed = true;
        loop.options().memory().release(paid);
        if (connections != null) {
            connections.close();
        }
        if (poller != null && handle != null) {
            poller.removeHandle(handle);
        }
        loop.sockets().remove(this);
        try {
            base.setSocketOpt(ZMQ.ZMQ_LINGER, lingerMillis);
        } finally {
            base.close();
        }
    }

    /** Sets the size of the buffers of connections that are greeted from now on. */
    final void setBuffers(int bytes) {
        ZmqContext.set(base, ZMQ.ZMQ_SNDBUF, bytes);
        ZmqContext.set(base, ZMQ.ZMQ_RCVBUF, bytes);
    }

    /** Has the system hold more of a bulk link's connection than JeroMQ does, which would set aside as much itself if it were told. */
    final void onConnected(SelectableChannel connection) {
        if (!loop.settings().isForBulk() || !(connection instanceof SocketChannel channel)) {
            return;
        }
        int bytes = loop.settings().bufferBytes();
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, times(BULK_SEND_TIMES, bytes));
            channel.setOption(StandardSocketOptions.SO_RCVBUF, times(BULK_RECEIVE_TIMES, bytes));
        } catch (IOException e) {
            // It is gone already, as its engine is about to find out.
            loop.onStumble(e);
        }
    }

    private static int times(int factor, int bytes) {
        return (int) Math.min(Integer.MAX_VALUE, (long) factor * bytes);
    }
}
