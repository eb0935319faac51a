package io.parley.internal;

import io.parley.time.Deadline;

/** Deadlines as they travel. Stateless. */
final class Deadlines {

    private static final int NANOS_PER_MILLI = 1_000_000;

    private Deadlines() {}

    /** What is left in milliseconds, rounded up, so that what has not passed yet does not arrive as 0. */
    static long toMillis(Deadline deadline) {
        return (deadline.remainingNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }
}
