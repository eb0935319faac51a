package io.parley.zmq.socket;

import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.TransportException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A port's I/O context: the one thread that touches its sockets. It runs what others hand over, serves the sockets that were
 * touched or have signalled, and parks in a selector when there is neither. Nobody interrupts it, which JeroMQ would not
 * survive reliably; it is told, and woken only if it is parked.
 *
 * <p>Confined to the I/O loop's thread, but for {@link #execute}, {@link #inContext} and {@link #stop}.
 */
final class IoLoop implements Runnable {

    private static final Logger LOG = System.getLogger(IoLoop.class.getName());

    private static final int MARKER_BYTES = 16;
    private static final int TASKS_PER_TURN = 256;
    private static final int FRAMES_PER_TURN = 64;

    /** How often a refused link is asked to try again although nothing has signalled. */
    private static final int RETRY_MILLIS = 10;

    /** After so many failures in a row this is no hiccup. */
    private static final int MOST_FAILURES = 1_000;

    private final ZmqSettings settings;
    private final PortOptions options;
    private final PortListener listener;
    private final ZmqContext context;
    private final byte[] marker;
    private final Thread thread;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Tally ioTroubles = new Tally("A connection broke the protocol", this::execute, this::onTrouble);
    private final Tally stumbles = new Tally("A connection made a socket stumble", this::execute, this::onTrouble);
    private final Tally refusals = new Tally("A connection was refused", this::execute, this::onTrouble);
    private volatile boolean stopped;
    private volatile boolean terminating;

    private final Parking parking;
    private final HandshakeWatch handshakes = new HandshakeWatch(this);
    private final Set<LoopSocket> sockets = new LinkedHashSet<>();
    private final ArrayDeque<LoopSocket> touched = new ArrayDeque<>();
    private List<Waiting> waiting = new ArrayList<>();
    private boolean busy;
    private long retriedAt;
    private int failures;
    private boolean failed;
    private int closeLingerMillis;

    IoLoop(ZmqSettings settings, PortOptions options, PortListener listener) {
        this.settings = settings;
        this.options = options;
        this.listener = listener;
        marker = ByteBuffer.allocate(MARKER_BYTES)
                .putLong(options.environment().random().nextLong())
                .putLong(options.environment().random().nextLong())
                .array();
        parking = new Parking(this::touch, () -> !tasks.isEmpty() || stopped, settings.spin());
        context = new ZmqContext(options, marker, this::onIoDeath, this::onIoTrouble);
        thread = options.environment().newThread("parley-io-" + options.name(), this);
    }

    void start() {
        thread.start();
    }

    void execute(Runnable task) {
        if (stopped) {
            return;
        }
        tasks.add(task);
        parking.wake();
    }

    boolean inContext() {
        return Thread.currentThread() == thread;
    }

    /** Ends the loop after the tasks handed over so far, and waits for its thread. Whatever happens, it is over in time. */
    void stop(Duration limit) {
        int lingerMillis = (int) Math.min(Integer.MAX_VALUE, Math.max(0, limit.toMillis()));
        execute(() -> {
            closeLingerMillis = lingerMillis;
            stopped = true;
        });
        if (join(lingerMillis + 700L)) {
            return;
        }
        stopped = true;
        if (terminating) {
            // The sockets are closed and the loop waits for a context whose threads are dead or will not finish.
            context.abort();
            thread.interrupt();
            join(200);
        } else {
            parking.wake();
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                turn();
            } catch (IOException | RuntimeException | Error e) {
                if (failed) {
                    LOG.log(Level.ERROR, "The I/O loop cannot go on", e);
                    break;
                }
                fail(e);
            }
        }
        shutDown();
    }

    ZmqSettings settings() {
        return settings;
    }

    PortOptions options() {
        return options;
    }

    PortListener listener() {
        return listener;
    }

    ZmqContext context() {
        return context;
    }

    HandshakeWatch handshakes() {
        return handshakes;
    }

    int lingerMillis() {
        return (int) settings.linger().toMillis();
    }

    boolean hasFailed() {
        return failed;
    }

    /** Takes a new socket into the loop. */
    <T extends LoopSocket> T add(T socket) {
        sockets.add(socket);
        socket.register(parking.selector());
        touch(socket);
        return socket;
    }

    /** Something arrived: this turn is not in vain. */
    void onReceived() {
        busy = true;
    }

    void remove(LoopSocket socket) {
        sockets.remove(socket);
        handshakes.forget(socket);
    }

    /** Has the socket served before the loop parks. */
    void touch(LoopSocket socket) {
        if (!socket.touched && !socket.isClosed()) {
            socket.touched = true;
            touched.add(socket);
        }
    }

    /** Calls {@code link} when there may be room for another frame. */
    void await(Waiting link) {
        if (!waiting.contains(link)) {
            waiting.add(link);
        }
    }

    boolean isMarker(byte[] frame) {
        return frame.length == MARKER_BYTES && Arrays.equals(frame, marker);
    }

    /** Whether {@code frame} is one; it is told as trouble if not. */
    boolean accepts(byte[] frame) {
        if (frame.length == 0 || frame.length > options.maxFrameBytes()) {
            onTrouble("A frame of " + frame.length + " bytes was dropped");
            return false;
        }
        return true;
    }

    void onTrouble(String what) {
        listener.onTrouble(what);
    }

    void requireFrame(byte[] frame) {
        requireContext();
        if (frame.length == 0 || frame.length > options.maxFrameBytes()) {
            throw new IllegalArgumentException(
                    "A frame has 1 to " + options.maxFrameBytes() + " bytes; this one has " + frame.length);
        }
    }

    /** Fails where a caller breaks the port's contract, rather than let it corrupt a socket now and then. */
    void requireContext() {
        if (!inContext()) {
            throw new IllegalStateException("Called outside the port's I/O context; use Port.execute");
        }
    }

    private void turn() throws IOException {
        Thread.interrupted(); // an interrupt is no way to tell this thread anything, and would keep it from parking
        runTasks();
        serveTouched();
        retryWaiting();
        guarded(handshakes::nudgeIfDue);
        parking.stepAside(busy);
        busy = false;
        if (touched.isEmpty() && tasks.isEmpty()) {
            parking.park(parkMillis());
        } else {
            parking.look();
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_PER_TURN && !stopped; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            busy = true;
            guarded(task);
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "A task or listener failed in the I/O loop of " + options.name(), e);
        }
    }

    private void serveTouched() {
        for (int i = touched.size(); i > 0 && !stopped; i--) {
            LoopSocket socket = touched.remove();
            socket.touched = false;
            try {
                if (socket.serve(FRAMES_PER_TURN)) {
                    touch(socket);
                }
                failures = 0;
            } catch (RuntimeException | Error e) {
                // A listener that failed, or JeroMQ. What it was about is lost; the rest goes on.
                LOG.log(Level.ERROR, "A socket or listener failed in the I/O loop of " + options.name(), e);
                touch(socket);
                if (++failures > MOST_FAILURES) {
                    throw e;
                }
                onTrouble("A socket or listener failed: " + e);
            }
        }
    }

    private void retryWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        if (parking.signalled() || now - retriedAt >= RETRY_MILLIS * 1_000_000L) {
            retriedAt = now;
            List<Waiting> retried = waiting;
            waiting = new ArrayList<>();
            retried.forEach(link -> guarded(link::onMaybeRoom));
        }
    }

    /** 0 for as long as nothing happens. */
    private long parkMillis() {
        long retry = waiting.isEmpty() ? 0 : RETRY_MILLIS;
        if (handshakes.isIdle()) {
            return retry;
        }
        long nudge = handshakes.millisUntilDue();
        return retry == 0 ? nudge : Math.min(retry, nudge);
    }

    /** From here on the loop only runs tasks, so that the port's owner can tidy up and close. */
    private void fail(Throwable cause) {
        failed = true;
        for (LoopSocket socket : List.copyOf(sockets)) {
            quietly(socket::onFailed);
            quietly(() -> socket.close(0));
        }
        touched.clear();
        waiting.clear();
        quietly(() -> listener.onFailure(cause));
    }

    private void shutDown() {
        stopped = true;
        tasks.clear();
        for (LoopSocket socket : List.copyOf(sockets)) {
            quietly(() -> socket.close(socket.lingers() ? closeLingerMillis : 0));
        }
        quietly(parking::close);
        Thread.interrupted();
        terminating = true;
        quietly(context::terminate);
    }

    /** From one of ZeroMQ's threads. */
    private void onIoDeath(Throwable cause) {
        execute(() -> {
            if (!failed) {
                fail(new TransportException("A thread of ZeroMQ's has died", cause));
            }
        });
    }

    /** From one of ZeroMQ's threads. */
    private void onIoTrouble(Throwable cause) {
        ioTroubles.add(cause.toString());
    }

    /** Told later, as this may come in the middle of anything. */
    void onStumble(Throwable cause) {
        stumbles.add(cause.toString());
    }

    /** From one of ZeroMQ's threads. */
    void onConnectionRefused() {
        refusals.add("there are " + settings.maxConnections() + " already");
    }

    private void quietly(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "While closing the port of " + options.name(), e);
        }
    }

    /** Waits for the thread's end, deaf to interrupts, which are passed on afterwards. */
    private boolean join(long millis) {
        boolean interrupted = false;
        long start = System.nanoTime();
        long left = millis;
        while (left > 0 && thread.isAlive()) {
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = millis - (System.nanoTime() - start) / 1_000_000;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
