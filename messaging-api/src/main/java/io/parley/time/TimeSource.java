package io.parley.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Where all time comes from: now, and timers. The engine reads no other clock, so that a test can turn this one by hand.
 *
 * <p>Thread-safe.
 */
public interface TimeSource {

    /** Monotonic nanoseconds from an arbitrary origin; only differences mean anything. */
    long nanoTime();

    /** Wall-clock time, for people and for records that outlive the process. It may jump. */
    Instant wallClock();

    /**
     * Runs {@code task} once, not before {@code delay} has passed. The task runs on a thread of the time source's choosing and
     * must not block.
     */
    Timer schedule(Duration delay, Runnable task);

    /** A scheduled task. Thread-safe. */
    interface Timer {

        /** Keeps the task from starting, if it has not yet. A task under way is not disturbed. */
        void cancel();
    }
}
