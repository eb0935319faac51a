package io.parley.environment;

import io.parley.time.Durations;
import io.parley.time.TimeSource;
import io.parley.time.Timers;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Timers with one thread, which starts with the first task and ends with {@link #close}. The thread survives whatever a task throws, and
 * needs no memory to go on: its queue only grows in {@link #schedule}, in the caller's thread.
 *
 * <p>Thread-safe.
 */
final class ThreadTimers implements Timers {

    private static final int SMALLEST = 16;
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    private final TimeSource time;
    private final ThreadFactory threads;
    private final UncaughtExceptionHandler uncaught;
    private final Object lock = new Object();

    /** A binary heap, the earliest task at 0. Guarded by {@link #lock}, as is all that follows. */
    private @Nullable Entry[] heap = new @Nullable Entry[SMALLEST];

    private int size;
    private long scheduled;
    private @Nullable Thread thread;
    private boolean closed;

    ThreadTimers(TimeSource time, ThreadFactory threads, UncaughtExceptionHandler uncaught) {
        this.time = time;
        this.threads = threads;
        this.uncaught = uncaught;
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public Instant wallClock() {
        return time.wallClock();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return add(new Entry(Durations.nanos(delay), 0, task));
    }

    @Override
    public Timer scheduleEvery(Duration period, Runnable task) {
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("A period must be positive: " + period);
        }
        long nanos = Durations.nanos(period);
        return add(new Entry(nanos, nanos, task));
    }

    @Override
    public void close() {
        Thread running;
        synchronized (lock) {
            closed = true;
            // One by one, so that a task which is cancelled later is not looked for.
            for (int i = 0; i < size; i++) {
                Entry entry = heap[i];
                heap[i] = null;
                if (entry != null) {
                    entry.index = -1;
                }
            }
            size = 0;
            running = thread;
        }
        LockSupport.unpark(running);
    }

    private Entry add(Entry entry) {
        Thread running;
        synchronized (lock) {
            if (closed) {
                return entry;
            }
            // One place is left for the task that runs just now, which comes back if it is a periodic one.
            if (size + 1 >= heap.length) {
                heap = Arrays.copyOf(heap, 2 * heap.length);
            }
            running = thread;
            if (running == null) {
                running = threads.newThread(this::run);
                running.start();
                thread = running;
            }
            push(entry);
            if (heap[0] != entry) {
                return entry;
            }
        }
        LockSupport.unpark(running);
        return entry;
    }

    private void run() {
        Entry due;
        do {
            due = null;
            try {
                due = awaitDue();
                if (due != null) {
                    due.task.run();
                }
            } catch (Throwable e) {
                report(e);
            }
        } while (goesOn(due));
    }

    /** Whatever happened, the next task is due some time; a periodic one again. */
    private boolean goesOn(@Nullable Entry done) {
        synchronized (lock) {
            if (done != null && done.period > 0 && !done.cancelled && !closed) {
                done.at = time.nanoTime() + done.period;
                push(done);
            }
            return !closed;
        }
    }

    /** Null if these timers are closed. */
    private @Nullable Entry awaitDue() {
        while (true) {
            long wait;
            synchronized (lock) {
                if (closed) {
                    return null;
                }
                Entry first = heap[0];
                wait = first == null ? LONGEST_NANOS : first.at - time.nanoTime();
                if (first != null && wait <= 0) {
                    remove(first);
                    return first;
                }
            }
            LockSupport.parkNanos(this, wait);
            Thread.interrupted(); // an interrupt is no way to tell this thread anything, and would keep it awake
        }
    }

    private void report(Throwable e) {
        try {
            uncaught.uncaughtException(Thread.currentThread(), e);
        } catch (Throwable again) {
            // There is nobody left to tell: most likely no memory, again. The tasks to come matter more.
            return;
        }
    }

    private void push(Entry entry) {
        size++;
        up(entry, size - 1);
    }

    private void remove(Entry entry) {
        int index = entry.index;
        if (index < 0) {
            return;
        }
        entry.index = -1;
        size--;
        Entry last = heap[size];
        heap[size] = null;
        if (last != null && last != entry) {
            up(last, index);
            if (last.index == index) {
                down(last, index);
            }
        }
    }

    private void up(Entry entry, int from) {
        int index = from;
        while (index > 0) {
            Entry parent = heap[(index - 1) / 2];
            if (parent == null || !entry.isBefore(parent)) {
                break;
            }
            place(parent, index);
            index = (index - 1) / 2;
        }
        place(entry, index);
    }

    private void down(Entry entry, int from) {
        int index = from;
        while (true) {
            Entry child = earlierChild(index);
            if (child == null || !child.isBefore(entry)) {
                break;
            }
            int next = child.index;
            place(child, index);
            index = next;
        }
        place(entry, index);
    }

    private @Nullable Entry earlierChild(int index) {
        int left = 2 * index + 1;
        Entry first = left < size ? heap[left] : null;
        Entry second = left + 1 < size ? heap[left + 1] : null;
        return first == null || second == null || !second.isBefore(first) ? first : second;
    }

    private void place(Entry entry, int index) {
        heap[index] = entry;
        entry.index = index;
    }

    /** A scheduled task. Guarded by {@link #lock}. */
    private final class Entry implements Timer {

        private final long period;
        private final Runnable task;
        private final long number = scheduled();
        private long at;
        private int index = -1;
        private boolean cancelled;

        /** @param period 0 for a task that runs once */
        Entry(long delay, long period, Runnable task) {
            this.at = time.nanoTime() + delay;
            this.period = period;
            this.task = task;
        }

        boolean isBefore(Entry other) {
            return at == other.at ? number < other.number : at - other.at < 0;
        }

        @Override
        public void cancel() {
            synchronized (lock) {
                cancelled = true;
                remove(this);
            }
        }
    }

    private long scheduled() {
        synchronized (lock) {
            return scheduled++;
        }
    }
}
