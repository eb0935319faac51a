package io.parley.transport.memory;

import io.parley.environment.Pool;
import io.parley.environment.Safely;
import io.parley.time.Durations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A port's I/O context: tasks that run one after the other, on whichever thread the pool has.
 *
 * <p>Thread-safe.
 */
final class PortLane {

    private static final Logger LOG = System.getLogger(PortLane.class.getName());

    /** How many tasks run before the pool's other tasks get their turn. */
    private static final int BATCH = 64;

    private final Pool pool;
    private final Consumer<Throwable> onFailure;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();

    /** Held by the thread that runs tasks. */
    private final Semaphore turn = new Semaphore(1);

    private volatile @Nullable Thread runner;
    private volatile boolean closed;

    /** @param onFailure told when there is no memory to go on with */
    PortLane(Pool pool, Consumer<Throwable> onFailure) {
        this.pool = pool;
        this.onFailure = onFailure;
    }

    void execute(Runnable task) {
        if (closed) {
            return;
        }
        tasks.add(task);
        schedule();
    }

    boolean inContext() {
        return runner == Thread.currentThread();
    }

    /** Fails where a caller breaks the port's contract, rather than let it corrupt the port now and then. */
    void requireContext() {
        if (!inContext()) {
            throw new IllegalStateException("Called outside the port's I/O context; use Port.execute");
        }
    }

    /**
     * Runs what was handed over before, then {@code last}, then nothing any more. The caller runs it all itself, unless a
     * thread is at it already: only for that one it waits, so that where there is but one thread nothing blocks.
     */
    void close(Duration limit, Runnable last) {
        if (inContext()) {
            throw new IllegalStateException("A port cannot be closed from its own I/O context");
        }
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        var once = new AtomicBoolean();
        Runnable end = () -> {
            if (once.compareAndSet(false, true)) {
                closed = true;
                last.run();
            }
        };
        tasks.add(end);
        if (acquire(limit)) {
            try {
                while (!closed) {
                    runTasks(BATCH);
                }
            } finally {
                turn.release();
            }
        }
        end.run();
        tasks.clear();
        pool.close();
    }

    private boolean acquire(Duration limit) {
        try {
            return turn.tryAcquire() || turn.tryAcquire(Durations.nanos(limit), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                pool.execute(this::drain);
            } catch (RejectedExecutionException e) {
                closed = true; // the pool was closed under us: nothing can run any more
            }
        }
    }

    private void drain() {
        scheduled.set(false);
        if (!turn.tryAcquire()) {
            return; // whoever has it looks at the queue again when done
        }
        try {
            runTasks(BATCH);
        } finally {
            turn.release();
        }
        if (!closed && !tasks.isEmpty()) {
            schedule();
        }
    }

    private void runTasks(int most) {
        runner = Thread.currentThread();
        try {
            for (int i = 0; i < most && !closed; i++) {
                Runnable task = tasks.poll();
                if (task == null) {
                    return;
                }
                run(task);
            }
        } finally {
            runner = null;
        }
    }

    private void run(Runnable task) {
        Safely.run(task, this::onThrown);
    }

    /** Without memory nobody knows what is left undone. */
    private void onThrown(Throwable e) {
        if (e instanceof OutOfMemoryError) {
            onFailure.accept(e);
        } else {
            LOG.log(Level.ERROR, "A task or listener failed in an in-memory port's I/O context", e);
        }
    }
}
