package io.parley.time;

import java.time.Duration;

/**
 * A point in time by which an answer is of use. It is kept as a reading of one time source's monotonic clock and travels
 * between processes as remaining time, so clocks that differ do no harm.
 *
 * <p>Immutable.
 */
public final class Deadline implements Comparable<Deadline> {

    private static final long FARTHEST = Durations.LONGEST_NANOS;

    private final TimeSource time;
    private final long at;

    private Deadline(TimeSource time, long at) {
        this.time = time;
        this.at = at;
    }

    /**
     * The deadline {@code duration} from now by {@code time}. A duration of zero or less has passed already; one of more than
     * about 70 years is cut to that.
     */
    public static Deadline after(Duration duration, TimeSource time) {
        return new Deadline(time, time.nanoTime() + Durations.nanos(duration));
    }

    /** As {@link #after}, for a number of milliseconds. */
    public static Deadline afterMillis(long millis, TimeSource time) {
        return afterMillis(millis, time, time.nanoTime());
    }

    /** As {@link #afterMillis(long, TimeSource)}, but from {@code nanoTime} on, an earlier reading of {@code time}. */
    public static Deadline afterMillis(long millis, TimeSource time, long nanoTime) {
        long nanos = millis <= 0 ? 0 : millis >= FARTHEST / 1_000_000 ? FARTHEST : millis * 1_000_000;
        return new Deadline(time, nanoTime + nanos);
    }

    /** Whether this is a point in {@code other}'s time. */
    @SuppressWarnings("ReferenceEquality") // A source of time is the clock that it is.
    public boolean isBy(TimeSource other) {
        return time == other;
    }

    /** What is left, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** What is left in nanoseconds, never negative. */
    public long remainingNanos() {
        return Math.max(0, at - time.nanoTime());
    }

    public boolean hasPassed() {
        return at - time.nanoTime() <= 0;
    }

    /** The reading of the time source's monotonic clock at which this deadline passes. */
    public long atNanos() {
        return at;
    }

    /** The earlier of this one and {@code other}. Both must come from the same time source. */
    public Deadline earlierOf(Deadline other) {
        return compareTo(other) <= 0 ? this : other;
    }

    @Override
    public int compareTo(Deadline other) {
        return Long.signum(at - other.at);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Deadline that && that.at == at && that.time == time;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(at);
    }

    @Override
    public String toString() {
        return "in " + remaining();
    }
}
