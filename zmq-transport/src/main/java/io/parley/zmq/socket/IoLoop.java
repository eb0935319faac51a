package io.parley.zmq.socket;

import io.parley.time.Durations;
import io.parley.time.Timers;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.TransportException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import zmq.poll.Poller;

/**
 * A port's I/O context: the one thread that touches its sockets. It is JeroMQ's own I/O thread, the one that reads from and writes
 * to the connections, so that a frame on its way changes threads only where a process or the application begins. Among what JeroMQ polls
 * are the sockets' signals and a {@link WakeUp}; when one of them shows, the loop has its turn: it runs what others have handed over
 * and serves the sockets that were touched or have signalled. Nobody interrupts it, which JeroMQ would not survive reliably.
 *
 * <p>Confined to the I/O loop's thread, but for {@link #start}, {@link #execute}, {@link #inContext} and {@link #stop}.
 */
final class IoLoop {

    private static final int TASKS_PER_TURN = 256;

    /** How often the loop looks again for what its own work brought about, before the connections have their turn. */
    private static final int PASSES_PER_TURN = 4;

    private static final long GRACE_MILLIS = 700;

    private final ZmqSettings settings;
    private final PortOptions options;
    private final PortListener listener;
    private final Timers timers;
    private final ZmqContext context;
    private final Marker marker;
    private final Spin spin;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Troubles troubles = new Troubles(this);
    private final Guard guard;
    private final Failure failure;
    private final ConnectionMemory connectionMemory;

    /** Null until the loop's thread runs. */
    private volatile @Nullable WakeUp wakeUp;

    private volatile @Nullable Thread thread;
    private volatile boolean inTurn;
    private volatile boolean stopped;
    /** What is left to do if the loop was stopped while something did not return. */
    private volatile @Nullable Runnable lastWill;

    /** JeroMQ's poller is given up. */
    private volatile boolean died;

    private volatile @Nullable Throwable notStarted;

    private final LoopSockets sockets = new LoopSockets(this);

    IoLoop(ZmqSettings settings, PortOptions options, PortListener listener) {
        this.settings = settings;
        this.options = options;
        this.listener = listener;
        spin = new Spin(Durations.nanos(settings.spin()));
        marker = new Marker(options.environment().random());
        failure = new Failure(listener, this::closeFailed);
        guard = new Guard(this, troubles, failure);
        connectionMemory = new ConnectionMemory(options.memory(), settings.connectionBytes());
        timers = options.environment().openTimers("parley-timers-" + options.name());
        try {
            context = new ZmqContext(options, marker.octets(), this::run, this::onDeathElsewhere, this::onIoTrouble);
        } catch (Throwable e) {
            timers.close();
            throw e;
        }
    }

    /** Begins to run what was handed over, and what will be. If this throws, nothing of the loop is left. */
    void start() {
        try {
            context.start();
        } catch (Throwable e) {
            if (context.isBegun()) {
                guard.quietly(() -> stop(Duration.ZERO));
            } else {
                stopped = true;
                tasks.clear();
                guard.quietly(timers::close);
                guard.quietly(context::abandon);
            }
            throw e;
        }
    }

    void execute(Runnable task) {
        if (stopped) {
            return;
        }
        tasks.add(task);
        if (!inTurn) {
            wake();
        }
    }

    boolean inContext() {
        return Thread.currentThread() == thread;
    }

    /**
     * Ends the loop after the tasks handed over so far, and waits for its thread. Whatever happens, it is over in time. Not from the
     * loop's own thread.
     */
    void stop(Duration limit) {
        int lingerMillis = (int) Math.min(Integer.MAX_VALUE, Durations.millis(limit));
        var closed = new CountDownLatch(1);
        execute(() -> {
            closeSockets(lingerMillis);
            closed.countDown();
        });
        long end = System.nanoTime() + (lingerMillis + GRACE_MILLIS) * 1_000_000;
        boolean orderly = Shutdown.await(closed, end);
        stopped = true;
        timers.close();
        var shutdown = new Shutdown(context, options.environment(), options.name(), guard.log());
        if (orderly) {
            boolean isBegun = shutdown.begin();
            wake();
            if (!isBegun) {
                shutdown.endHere();
            }
            shutdown.awaitUntil(end);
        } else {
            // Something inline does not return. Should it do so one day, the connections end, and those at their other
            // ends see it.
            lastWill = () -> {
                closeSockets(0);
                if (!shutdown.begin()) {
                    context.abort();
                }
            };
            wake();
        }
    }

    /** The whole life of the I/O thread. */
    private void run(Poller poller) {
        thread = Thread.currentThread();
        WakeUp mine = null;
        boolean isStarted = false;
        try {
            mine = new WakeUp(poller, this::onCalled);
            wakeUp = mine;
            mine.call();
            isStarted = true;
            died = !ResumedPoller.run(poller, this::onDeath);
        } catch (Throwable e) {
            // Such as no memory, or no descriptor.
            if (isStarted) {
                failure.foretell(e);
            } else {
                notStarted = e;
            }
            died = true;
        }
        if (died) {
            runTasksAlone();
            guard.quietly(() -> ResumedPoller.end(poller));
        }
        stopped = true;
        tasks.clear();
        if (mine != null) {
            guard.quietly(mine::close);
        }
    }

    /** JeroMQ polls no more, but the port's owner still has to tidy up. */
    private void runTasksAlone() {
        inTurn = false;
        while (!stopped) {
            runTasks();
            failure.look();
            if (tasks.isEmpty() && !stopped) {
                LockSupport.park(this);
            }
            Thread.interrupted();
        }
    }

    /** @throws TransportException if the loop could not begin to work, or has failed since */
    void requireWorking() {
        Throwable failed = notStarted;
        if (failed != null) {
            throw new TransportException("The I/O thread could not begin to work: " + failed.getMessage(), failed);
        }
        if (failure.hasHappened()) {
            throw new TransportException("The transport has failed");
        }
    }

    private void wake() {
        WakeUp known = wakeUp;
        if (died) {
            LockSupport.unpark(thread);
        } else if (known != null) {
            known.call();
        }
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

    /** Open until the loop is stopped. */
    Timers timers() {
        return timers;
    }

    ZmqContext context() {
        return context;
    }

    LoopSockets sockets() {
        return sockets;
    }

    int lingerMillis() {
        return (int) settings.linger().toMillis();
    }

    Troubles troubles() {
        return troubles;
    }

    ConnectionMemory connectionMemory() {
        return connectionMemory;
    }

    /** Runs {@code task} in the loop after a while. */
    void later(Duration delay, Runnable task) {
        timers.schedule(delay, () -> execute(task));
    }

    boolean isStopped() {
        return stopped;
    }

    Spin spin() {
        return spin;
    }

    private void onCalled() {
        WakeUp called = wakeUp;
        if (called != null && !spin.isDue()) {
            guarded(called::answer);
        }
        turn();
    }

    /** The loop's turn, and no more of it than fair to the connections, which wait meanwhile. */
    void turn() {
        Thread.interrupted(); // an interrupt is no way to tell this thread anything
        inTurn = true;
        spin.onTurn();
        try {
            failure.look();
            sockets.retryStalled();
            for (int i = 0; i < PASSES_PER_TURN && (!tasks.isEmpty() || sockets.areTouched()); i++) {
                runTasks();
                sockets.serve();
            }
        } catch (Throwable e) {
            failure.happen(e);
        } finally {
            inTurn = false;
        }
        Runnable will = lastWill;
        if (will != null) {
            lastWill = null;
            guarded(will);
            return;
        }
        WakeUp wakeUp = this.wakeUp;
        boolean staysAwake = spin.begin();
        if (wakeUp != null && (staysAwake || !tasks.isEmpty() || sockets.areTouched())) {
            wakeUp.call();
        }
    }

    Marker marker() {
        return marker;
    }

    void onTrouble(String what) {
        listener.onTrouble(what);
    }

    void requireFrame(int length, int most) {
        requireContext();
        if (length < 1 || length > most) {
            throw new IllegalArgumentException("A frame has 1 to " + most + " bytes; this one has " + length);
        }
    }

    /** Fails where a caller breaks the port's contract, rather than let it corrupt a socket now and then. */
    void requireContext() {
        if (!inContext()) {
            throw new IllegalStateException("Called outside the port's I/O context; use Port.execute");
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_PER_TURN && !stopped; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            spin.onWork();
            guarded(task);
        }
    }

    /** Whatever a task throws, the loop goes on, or the port fails. */
    void guarded(Runnable task) {
        guard.run(task);
    }

    /** Tells of what a listener threw, and returns it as text; what to do about that is up to the caller. */
    String onListenerFailed(Throwable cause) {
        return guard.onListenerFailed(cause);
    }

    /** As {@link #onListenerFailed}, of what a socket threw. */
    String onSocketFailed(Throwable cause) {
        return guard.onSocketFailed(cause);
    }

    /** From here on the loop only runs tasks, so that the port's owner can tidy up and close. */
    private void closeFailed() {
        sockets.closeFailed(guard);
    }

    private void closeSockets(int lingerMillis) {
        stopped = true;
        tasks.clear();
        sockets.close(lingerMillis, guard);
    }

    /** Something was thrown out of JeroMQ's poller in this thread, which goes on with it, so that the port can be closed. */
    private void onDeath(Throwable cause) {
        inTurn = false;
        failure.happenByDeath(cause);
        WakeUp known = wakeUp;
        if (known != null) {
            guard.quietly(known::renew);
        }
    }

    /** From the other thread of ZeroMQ's, which closes sockets: the same. Nothing is allocated here. */
    private void onDeathElsewhere(Throwable cause) {
        failure.foretell(cause);
        WakeUp known = wakeUp;
        if (died) {
            LockSupport.unpark(thread);
        } else if (known != null) {
            known.callAtLast();
        }
    }

    /** From one of ZeroMQ's threads, which go on. */
    private void onIoTrouble(Throwable cause) {
        troubles.add(Troubles.Kind.PROTOCOL, cause.getClass().getName());
    }

    void onStumble(Throwable cause) {
        troubles.add(Troubles.Kind.STUMBLE, cause.getClass().getName());
    }
}
