package io.parley.internal;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
    private final Runnable work = this::work;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private int running;

    Lane(Executor pool, int concurrency, int capacity) {
        this.pool = pool;
        this.concurrency = concurrency;
        this.capacity = capacity;
    }

    /**
     * Queues a task. What it throws is the pool's to handle; the lane goes on.
     *
     * @return false if the queue is full, or the pool takes nothing
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
        return handOver() || isKept(task);
    }

    /** The pool did not take it; a thread that is at work here already comes to the task, if there is one. */
    private synchronized boolean isKept(Runnable task) {
        running--;
        return running > 0 || !queue.removeLastOccurrence(task);
    }

    private boolean handOver() {
        try {
            pool.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void work() {
        do {
            for (int i = 0; i < TURN; i++) {
                Runnable task = next();
                if (task == null) {
                    return;
                }
                run(task);
            }
        } while (!handOver());
    }

    private void run(Runnable task) {
        boolean returned = false;
        try {
            task.run();
            returned = true;
        } finally {
            if (!returned && !handOver()) {
                work();
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = queue.poll();
        if (task == null) {
            running--;
        }
        return task;
    }
}
