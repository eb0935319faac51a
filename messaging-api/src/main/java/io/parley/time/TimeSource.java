package io.parley.time;

import java.time.Instant;

/**
 * Reads the time. The engine reads no other clock, so that a test can turn this one by hand. {@link Timers} also run tasks later.
 *
 * <p>Thread-safe.
 */
public interface TimeSource {

    /** Monotonic nanoseconds from an arbitrary origin; only differences mean anything. */
    long nanoTime();

    /** Wall-clock time, for people and for records that outlive the process. It may jump. */
    Instant wallClock();
}
