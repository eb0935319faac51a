package io.parley.internal.lane;

import io.parley.time.Timers;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue before one handler, and a bound on how many of its tasks run at a time on a shared pool. With a bound of one, tasks run
 * in the order in which they were offered.
 *
 * <p>Waking a thread takes longer than most handlers do. So a lane has another thread help only if tasks would otherwise wait longer than
 * that is worth, by how long they have taken so far; and, as one of them may block, if it looks again a moment later and finds that
 * none has begun meanwhile.
 *
 * <p>Thread-safe.
 */
public final class Lane {

    /** After so long a thread goes to the back of the pool's queue, so that one busy lane does not starve others. */
    private static final long TURN_NANOS = 1_000_000;

    /** So often it looks how late it is. */
    private static final int TASKS_BETWEEN_LOOKS = 64;

    /** Several times what it takes to wake a thread, which was measured at about 30 µs. */
    private static final long WORTH_A_THREAD_NANOS = 200_000;

    /** Threads that share tasks which take less than this get into each other's way more than they help. */
    private static final long WORTH_SHARING_NANOS = 2_000;

    /** Until something is known. */
    private static final long PRESUMED_NANOS = 1_000_000;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private final Executor pool;
    private final Timers time;
    private final int concurrency;
    private final int capacity;
    private final int half;
    private final Runnable onHalfEmpty;
    private final Runnable work = this::work;
    private final ConcurrentLinkedQueue<Batch> queue = new ConcurrentLinkedQueue<>();
    /** How many tasks were offered ever. Changes under {@link #queue}, before they are in there. */
    private volatile long offered;
    /** Threads at work here or on their way. */
    private final AtomicInteger running = new AtomicInteger();
    /** Threads on their way. */
    private final AtomicInteger arriving = new AtomicInteger();

    private final AtomicBoolean looking = new AtomicBoolean();
    /** How long a task takes, by the latest ones more than by those before. */
    private volatile long nanosEach = PRESUMED_NANOS;

    /** Tasks to be offered together. Thread-safe. */
    @FunctionalInterface
    public interface Tasks {

        /** Called once for each, by the thread that runs it next. */
        Runnable task(int index);
    }

    /**
     * Tasks that were offered together, to be begun in their order by whoever comes. None begins before all of the batch before it
     * have: so to begin one is the one thing that is counted, and what waits is reckoned from that.
     */
    private static final class Batch {

        private final Tasks tasks;
        private final int count;
        /** How many were offered before these. */
        private final long before;

        private final AtomicInteger begun = new AtomicInteger();

        Batch(Tasks tasks, int count, long before) {
            this.tasks = tasks;
            this.count = count;
            this.before = before;
        }

        int begun() {
            return Math.min(count, begun.get());
        }

        /** Lets no more begin; answers how many have. */
        int close() {
            return Math.min(count, begun.getAndAdd(count));
        }
    }

    public Lane(Executor pool, Timers time, int concurrency, int capacity) {
        this(pool, time, concurrency, capacity, () -> {});
    }

    /** @param onHalfEmpty run whenever so many tasks have begun that the queue is but half full; by the thread that begins the next */
    public Lane(Executor pool, Timers time, int concurrency, int capacity, Runnable onHalfEmpty) {
        this.half = capacity / 2;
        this.onHalfEmpty = onHalfEmpty;
        this.pool = pool;
        this.time = time;
        this.concurrency = concurrency;
        this.capacity = capacity;
    }

    /**
     * Queues a task. What it throws is the pool's to handle; the lane goes on.
     *
     * @return false if the queue is full, or the pool takes nothing
     */
    public boolean offer(Runnable task) {
        return offer(index -> task, 1) == 1;
    }

    /** Whether it would not take many more. */
    public boolean isCrowded() {
        return room() < half / 2;
    }

    /** How many tasks have not begun. */
    public int queued() {
        return (int) Math.min(waiting(), Integer.MAX_VALUE);
    }

    /** How many tasks it would take just now. */
    public int room() {
        return capacity - queued();
    }

    /** Rather too many, while some come or go, than too few. */
    private long waiting() {
        Batch first = queue.peek();
        if (first == null) {
            return 0;
        }
        long begun = first.before + first.begun();
        return offered - begun;
    }

    /**
     * Queues several tasks at once.
     *
     * @return how many of them, from the first on, were taken; the others found the queue full, or the pool takes nothing
     */
    public int offer(Tasks tasks, int count) {
        Batch batch = enqueue(tasks, count);
        if (batch == null || haveEnoughThreads()) {
            return batch == null ? 0 : batch.count;
        }
        int begun = batch.close();
        synchronized (queue) {
            queue.remove(batch);
            // Otherwise what is refused stays counted as long as something waits that was offered before.
            if (offered == batch.before + batch.count) {
                offered = batch.before + begun;
            }
        }
        return begun;
    }

    private @Nullable Batch enqueue(Tasks tasks, int count) {
        synchronized (queue) {
            int taken = Math.min(count, room());
            if (taken <= 0) {
                return null;
            }
            long before = offered;
            var batch = new Batch(tasks, taken, before);
            offered = before + taken;
            queue.add(batch);
            return batch;
        }
    }

    /** Calls threads for what waits; false if there is none and none can be had. */
    private boolean haveEnoughThreads() {
        for (long uncovered = waiting() - arriving.get(); uncovered > 0; uncovered--) {
            int working = running.get();
            if (working >= concurrency) {
                return true;
            }
            if (working > 0 && !isWorthAnother(working)) {
                lookAgain();
                return true;
            }
            if (!callAnother()) {
                return running.get() > 0;
            }
        }
        return true;
    }

    private boolean isWorthAnother(int working) {
        long each = nanosEach;
        return each >= WORTH_SHARING_NANOS && waiting() * each / working > WORTH_A_THREAD_NANOS;
    }

    private boolean callAnother() {
        int working = running.get();
        while (working < concurrency) {
            if (running.compareAndSet(working, working + 1)) {
                boolean isCalled = false;
                try {
                    isCalled = handOver();
                } finally {
                    if (!isCalled) {
                        running.decrementAndGet();
                    }
                }
                return isCalled;
            }
            working = running.get();
        }
        return true;
    }

    private boolean handOver() {
        arriving.incrementAndGet();
        boolean isTaken = false;
        try {
            pool.execute(work);
            isTaken = true;
        } catch (RejectedExecutionException e) {
            return false;
        } finally {
            // Also if there is no memory for a thread.
            if (!isTaken) {
                arriving.decrementAndGet();
            }
        }
        return true;
    }

    private void lookAgain() {
        if (looking.get() || !looking.compareAndSet(false, true)) {
            return;
        }
        Batch first = queue.peek();
        int begun = first == null ? 0 : first.begun.get();
        boolean isScheduled = false;
        try {
            time.schedule(LOOK_AGAIN, () -> onLook(first, begun));
            isScheduled = true;
        } finally {
            if (!isScheduled) {
                looking.set(false);
            }
        }
    }

    /** @param first the batch that was the first one, and {@code begun} how many of it had begun */
    private void onLook(@Nullable Batch first, int begun) {
        looking.set(false);
        if (waiting() <= 0) {
            return;
        }
        if (first != null && queue.peek() == first && first.begun.get() == begun) {
            callAnother();
        } else {
            haveEnoughThreads();
        }
        if (running.get() < concurrency) {
            lookAgain();
        }
    }

    private void work() {
        arriving.decrementAndGet();
        do {
            long end = time.nanoTime() + TURN_NANOS;
            while (workOnce() < end) {
                if (isDone()) {
                    return;
                }
            }
        } while (!handOver());
        // The thread goes on in another turn, and is counted already.
    }

    /** Does some of what there is, and answers what time it is then. */
    private long workOnce() {
        long begun = time.nanoTime();
        int done = 0;
        CompletionBatch doneWith = CompletionBatch.current();
        if (nanosEach < WORTH_SHARING_NANOS) {
            doneWith.gather();
        }
        try {
            for (Runnable task = next(); task != null; task = done < TASKS_BETWEEN_LOOKS ? next() : null) {
                run(task);
                done++;
            }
        } finally {
            doneWith.end();
        }
        long now = time.nanoTime();
        if (done > 0) {
            learn((now - begun) / done);
        }
        return now;
    }

    private void run(Runnable task) {
        boolean returned = false;
        try {
            task.run();
            returned = true;
        } finally {
            if (!returned) {
                goOnElsewhere();
            }
        }
    }

    /** This thread has to tell what a task threw; if there is no other one, once all is done. */
    private void goOnElsewhere() {
        boolean isHandedOver = false;
        try {
            isHandedOver = handOver();
        } finally {
            if (!isHandedOver) {
                arriving.incrementAndGet();
                work();
            }
        }
    }

    private @Nullable Runnable next() {
        for (Batch batch = queue.peek(); batch != null; batch = queue.peek()) {
            int index = batch.begun.getAndIncrement();
            if (index < batch.count) {
                Runnable task = batch.tasks.task(index);
                if (offered - batch.before - index - 1 == half) {
                    onHalfEmpty.run();
                }
                return task;
            }
            queue.remove(batch);
        }
        return null;
    }

    private void learn(long each) {
        long before = nanosEach;
        nanosEach = before == PRESUMED_NANOS ? each : before + (each - before) / 4;
    }

    /** Nothing is left to do; unless something came just now, for which nobody else was called. */
    private boolean isDone() {
        if (waiting() > 0) {
            return false;
        }
        running.decrementAndGet();
        while (waiting() > 0) {
            int working = running.get();
            if (working >= concurrency) {
                return true;
            }
            if (running.compareAndSet(working, working + 1)) {
                return false;
            }
        }
        return true;
    }
}
