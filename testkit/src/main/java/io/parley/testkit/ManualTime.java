package io.parley.testkit;

import io.parley.time.Durations;
import io.parley.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test turns it. Timers run on the thread that turns it, in the order in which they fall due;
 * those due at the same instant in the order in which they were set. While one runs, the clock reads the instant it was due.
 *
 * <p>Thread-safe, though only one thread at a time should turn it.
 */
public final class ManualTime implements Timers {

    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    private Instant wallClockAtZero = EPOCH;
    private long now;
    private long scheduled;

    /** Begins at 2026-01-01T00:00:00Z. */
    public ManualTime() {}

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Instant wallClock() {
        return wallClockAtZero.plusNanos(now);
    }

    /** Sets the wall clock forward, or back if {@code by} is negative, and leaves the monotonic clock and the timers alone. */
    public synchronized void jumpWallClock(Duration by) {
        wallClockAtZero = wallClockAtZero.plus(by);
    }

    /** The task runs in an {@link #advance}, even if {@code delay} is zero. */
    @Override
    public synchronized Timer schedule(Duration delay, Runnable task) {
        long nanos = Durations.nanos(delay);
        var entry = new Task(now + nanos, scheduled++, task);
        tasks.add(entry);
        return () -> cancel(entry);
    }

    @Override
    public Timer scheduleEvery(Duration period, Runnable task) {
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("A period must be positive: " + period);
        }
        var repeated = new Repeated(period, task);
        repeated.scheduleNext();
        return repeated;
    }

    /** Does nothing: time goes on as long as a test turns it. */
    @Override
    public void close() {}

    /** Lets {@code duration} go by and runs every timer that falls due, including those that these set. What one throws ends it. */
    public void advance(Duration duration) {
        long end = nanoTime() + Durations.nanos(duration);
        Task task;
        while ((task = takeDue(end)) != null) {
            task.action().run();
        }
        moveTo(end);
    }

    /** How many timers are set and have neither run nor been cancelled. */
    public synchronized int pendingTimers() {
        return tasks.size();
    }

    synchronized OptionalLong nextDue() {
        Task first = tasks.peek();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.due());
    }

    /** Takes the first task due by {@code limit} and moves the clock to when it was due. */
    synchronized @Nullable Task takeDue(long limit) {
        Task first = tasks.peek();
        if (first == null || first.due() > limit) {
            return null;
        }
        tasks.remove();
        moveTo(first.due());
        return first;
    }

    synchronized void moveTo(long nanos) {
        now = Math.max(now, nanos);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    private final class Repeated implements Timer {

        private final Duration period;
        private final Runnable task;
        private @Nullable Timer next;
        private boolean cancelled;

        Repeated(Duration period, Runnable task) {
            this.period = period;
            this.task = task;
        }

        synchronized void scheduleNext() {
            if (!cancelled) {
                next = schedule(period, this::run);
            }
        }

        private void run() {
            try {
                task.run();
            } finally {
                scheduleNext();
            }
        }

        @Override
        public synchronized void cancel() {
            cancelled = true;
            if (next != null) {
                next.cancel();
            }
        }
    }

    /** Compared by identity. */
    static final class Task {

        private final long due;
        private final long number;
        private final Runnable action;

        private Task(long due, long number, Runnable action) {
            this.due = due;
            this.number = number;
            this.action = action;
        }

        long due() {
            return due;
        }

        long number() {
            return number;
        }

        Runnable action() {
            return action;
        }
    }
}
