package io.parley.time;

import java.time.Duration;

/**
 * Durations as numbers, for any duration that an application can make: {@link Duration#toNanos} and {@link Duration#toMillis} throw where
 * the number does not fit 64 bits. Stateless.
 */
public final class Durations {

    /**
     * The longest duration that is told from a longer one, in nanoseconds; about 73 years. Two of it can be added to a reading of a
     * monotonic clock.
     */
    public static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private Durations() {}

    /** The duration in nanoseconds: 0 if it is negative, {@link #LONGEST_NANOS} if it is longer than that. */
    public static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.getSeconds() >= LONGEST_NANOS / NANOS_PER_SECOND ? LONGEST_NANOS : duration.toNanos();
    }

    /** As {@link #nanos}, in milliseconds, rounded down. */
    public static long millis(Duration duration) {
        return nanos(duration) / NANOS_PER_MILLI;
    }

    /** Twice the duration, cut as {@link #nanos} says. */
    public static Duration twice(Duration duration) {
        return Duration.ofNanos(Math.min(LONGEST_NANOS, 2 * nanos(duration)));
    }
}
