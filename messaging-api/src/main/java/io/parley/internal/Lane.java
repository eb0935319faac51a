package io.parley.internal;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue before one handler, and a bound on how many of its tasks run at a time on a shared pool. With a bound of one, tasks run
 * in the order in which they were offered. Thread-safe.
 */
final class Lane {

    /** After this many tasks a thread goes to the back of the pool's queue, so that one busy lane does not starve others. */
    private static final int TURN = 64;

    private final Executor pool;
    private final int concurrency;
    private final int capacity;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private int running;

    /** @param pool must not throw when asked to run something */
    Lane(Executor pool, int concurrency, int capacity) {
        this.pool = pool;
        this.concurrency = concurrency;
        this.capacity = capacity;
    }

    /**
     * Queues a task; what it throws is the pool's to handle, so tasks see to their own failures.
     *
     * @return false if the queue is full
     */
    boolean offer(Runnable task) {
        synchronized (this) {
            if (queue.size() >= capacity) {
                return false;
            }
            queue.add(task);
            if (running >= concurrency) {
                return true;
            }
            running++;
        }
        pool.execute(this::work);
        return true;
    }

    private void work() {
        for (int i = 0; i < TURN; i++) {
            Runnable task = next();
            if (task == null) {
                return;
            }
            task.run();
        }
        pool.execute(this::work);
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = queue.poll();
        if (task == null) {
            running--;
        }
        return task;
    }
}
