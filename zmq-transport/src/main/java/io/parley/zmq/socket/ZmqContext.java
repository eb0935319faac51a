package io.parley.zmq.socket;

import io.parley.transport.PortOptions;
import io.parley.transport.TransportException;
import java.util.function.Consumer;
import org.zeromq.ZMQException;
import zmq.Ctx;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.ZObject;
import zmq.poll.Poller;

/**
 * One port's ZeroMQ context: its two threads, one for input and output and one that closes sockets, and the sockets it makes, each of
 * which is set up against hostile bytes before it is bound or connected.
 *
 * <p>Thread-safe. The sockets are confined to the thread that asked for them.
 */
final class ZmqContext {

    /** A bound on a subscription, and so on the depth to which JeroMQ recurses when a subscriber goes. */
    static final int SUBSCRIPTION_BYTES = 1024;

    /** JeroMQ sets some 24 bytes aside for each, whether it is used or not. */
    private static final int MOST_SOCKETS = 4_096;

    private static final int HANDSHAKE_MILLIS = 5_000;
    private static final int RECONNECT_MILLIS = 100;
    private static final int RECONNECT_MOST_MILLIS = 2_000;
    private static final int KEEPALIVE_IDLE_SECONDS = 15;
    private static final int KEEPALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEPALIVE_COUNT = 3;

    private final Ctx ctx;
    private final PortOptions options;
    private final byte[] marker;
    private final ContextThreads threads;
    private volatile boolean begun;
    private final SpareFrames spareFrames = new SpareFrames();
    private final OversizedMemory oversized;

    /**
     * @param marker what a socket is to receive when one of its connections is lost
     * @param ioThread the work of the thread that does all input and output: to run the poller, and whatever it wants to do before
     *     and after. From within the poller it may use the context's sockets
     * @param onDeath told, by the context's other thread, of what was thrown out of it; it goes on as well as it can
     * @param onTrouble told of an exception that such a thread survived
     */
    ZmqContext(
            PortOptions options,
            byte[] marker,
            Consumer<Poller> ioThread,
            Consumer<Throwable> onDeath,
            Consumer<Throwable> onTrouble) {
        this.options = options;
        this.marker = marker;
        oversized = new OversizedMemory(options.memory());
        threads = new ContextThreads(
                options.environment(), options.name(), ioThread, poller -> runReaper(poller, onDeath));
        ctx = new Ctx();
        boolean isDone = false;
        try {
            ctx.set(ZMQ.ZMQ_IO_THREADS, 1);
            ctx.set(ZMQ.ZMQ_MAX_SOCKETS, MOST_SOCKETS);
            ctx.setNotificationExceptionHandler((thread, cause) -> onTrouble.accept(cause));
            ctx.setThreadFactory(threads::hand);
            isDone = true;
        } finally {
            if (!isDone) {
                ctx.terminate();
            }
        }
    }

    private static void runReaper(Poller poller, Consumer<Throwable> onDeath) {
        if (!ResumedPoller.run(poller, onDeath)) {
            ResumedPoller.end(poller);
        }
    }

    /**
     * Starts the context's threads. If that fails, see {@link #isBegun}.
     *
     * @throws RuntimeException or an error, such as that there is no thread to be had
     */
    void start() {
        begun = true;
        create(ZMQ.ZMQ_PAIR, Arrivals.HANDSHAKE_BYTES, 1, 1).close();
    }

    /** Whether the I/O thread was started, and so does what it is handed. */
    boolean isBegun() {
        return threads.isIoBegun();
    }

    /** Frees what {@link #start} has made before it failed. Only where the I/O thread was not started. Deaf to interrupts. */
    void abandon() {
        threads.endUnbegun();
        if (begun && !threads.isReaperBegun()) {
            abandonWithoutReaper();
        } else {
            terminateDeafly();
        }
    }

    /** Nobody else would tell the context that all sockets are closed: there are none. It hears that once for each time it is terminated. */
    private void abandonWithoutReaper() {
        var teller = new Teller(ctx);
        teller.tellDone();
        teller.tellDone();
        try {
            terminateDeafly();
        } catch (RuntimeException e) {
            // JeroMQ had not come as far as to make what belongs to that thread, and misses it the first time.
            terminateDeafly();
        }
    }

    /** As {@link #terminate}, in a thread whose interrupts are none of this context's; they are passed on afterwards. */
    void terminateDeafly() {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    ctx.terminate();
                    return;
                } catch (ZMQException e) {
                    if (e.getErrorCode() != ZError.EINTR) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Says in the place of the thread that closes sockets that all are closed. */
    private static final class Teller extends ZObject {

        Teller(Ctx ctx) {
            super(ctx, 0);
        }

        void tellDone() {
            sendDone();
        }
    }

    /** What the I/O thread polls with. Confined to that thread. */
    Poller poller() {
        return threads.ioPoller();
    }

    /** Confined to the I/O thread. */
    SpareFrames spareFrames() {
        return spareFrames;
    }

    /** Confined to the I/O thread. */
    OversizedMemory oversized() {
        return oversized;
    }

    SocketBase router() {
        return with(framed(ZMQ.ZMQ_ROUTER), socket -> {
            set(socket, ZMQ.ZMQ_ROUTER_MANDATORY, true);
            set(socket, ZMQ.ZMQ_DISCONNECT_MSG, marker);
        });
    }

    SocketBase dealer() {
        return with(framed(ZMQ.ZMQ_DEALER), socket -> set(socket, ZMQ.ZMQ_HICCUP_MSG, marker));
    }

    SocketBase subscriber() {
        int most = bound(options.maxPublicationBytes());
        // It sends subscriptions alone, all of them at once whenever it connects: none may be dropped for want of room.
        return with(create(ZMQ.ZMQ_SUB, most, 0, options.maxQueuedPublications()), socket -> {
            set(socket, ZMQ.ZMQ_MAXMSGSIZE, (long) Math.max(most, OversizedMemory.MOST_BYTES));
            set(socket, ZMQ.ZMQ_MSG_ALLOCATOR, new BoundedAllocator(most, spareFrames, oversized));
        });
    }

    SocketBase publisher() {
        int queued = options.maxQueuedPublications();
        return with(
                create(ZMQ.ZMQ_XPUB, SUBSCRIPTION_BYTES, queued, queued),
                socket -> set(socket, ZMQ.ZMQ_XPUB_VERBOSE, true));
    }

    /** Has the I/O thread look over all it polls, as it does whenever something is bound or closed. */
    void nudge() {
        SocketBase passing = create(ZMQ.ZMQ_PAIR, Arrivals.HANDSHAKE_BYTES, 1, 1);
        try {
            passing.bind("tcp://127.0.0.1:*");
        } finally {
            passing.close();
        }
    }

    /** Waits until all sockets, which have to be closed by now, have lingered. Blocks, and may do so for good. */
    void terminate() {
        ctx.terminate();
    }

    /** Ends the context's threads where {@link #terminate} does not come to an end. Sockets may be left open. */
    void abort() {
        threads.stop();
    }

    static void set(SocketBase socket, int option, Object value) {
        if (!socket.setSocketOpt(option, value)) {
            throw new TransportException("Option " + option + " refused: error " + socket.errno());
        }
    }

    private SocketBase framed(int type) {
        return create(type, bound(options.maxFrameBytes()), options.maxQueuedFrames(), options.maxQueuedFrames());
    }

    /** A bound on messages, among which are those of the handshake; JeroMQ ends a connection that announces more. */
    static int bound(int frameBytes) {
        return Math.max(Arrivals.HANDSHAKE_BYTES, frameBytes);
    }

    /** @param toSend how many messages may wait to be sent, 0 for any number */
    private SocketBase create(int type, int mostBytes, int toSend, int received) {
        SocketBase socket;
        try {
            socket = ctx.createSocket(type);
        } catch (ZMQException e) {
            throw new TransportException("No socket to be had: error " + e.getErrorCode(), e);
        }
        return with(socket, made -> {
            set(made, ZMQ.ZMQ_MAXMSGSIZE, (long) mostBytes);
            set(made, ZMQ.ZMQ_MSG_ALLOCATOR, new BoundedAllocator(mostBytes, spareFrames, null));
            set(made, ZMQ.ZMQ_SNDHWM, mark(toSend));
            set(made, ZMQ.ZMQ_RCVHWM, mark(received));
            set(made, ZMQ.ZMQ_HANDSHAKE_IVL, HANDSHAKE_MILLIS);
            set(made, ZMQ.ZMQ_RECONNECT_IVL, RECONNECT_MILLIS);
            set(made, ZMQ.ZMQ_RECONNECT_IVL_MAX, RECONNECT_MOST_MILLIS);
            set(made, ZMQ.ZMQ_TCP_KEEPALIVE, 1);
            set(made, ZMQ.ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_SECONDS);
            set(made, ZMQ.ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_INTERVAL_SECONDS);
            set(made, ZMQ.ZMQ_TCP_KEEPALIVE_CNT, KEEPALIVE_COUNT);
            set(made, ZMQ.ZMQ_LINGER, 0);
        });
    }

    /** Sets options of a socket that nobody has yet; if one is refused the socket is closed. */
    private static SocketBase with(SocketBase socket, Consumer<SocketBase> setter) {
        boolean isDone = false;
        try {
            setter.accept(socket);
            isDone = true;
            return socket;
        } finally {
            if (!isDone) {
                socket.close();
            }
        }
    }

    /** A pipe may look full when it is half so: twice the bound is what holds at least that many. */
    private static int mark(int queued) {
        return (int) Math.min(Integer.MAX_VALUE / 2, 2L * queued);
    }
}
