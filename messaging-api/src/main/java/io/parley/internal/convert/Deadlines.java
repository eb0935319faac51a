package io.parley.internal.convert;

import io.parley.internal.wire.WireMessage;
import io.parley.time.Deadline;
import io.parley.time.TimeSource;

/** Deadlines as they travel. Stateless. */
public final class Deadlines {

    private static final int NANOS_PER_MILLI = 1_000_000;

    private Deadlines() {}

    /**
     * Has {@code message} say what is left of its deadline, and when that was.
     *
     * @param least what it says at least, in milliseconds
     * @param epoch what the peer's clock counts from, in {@code time}
     */
    public static void stamp(WireMessage message, Deadline deadline, long least, TimeSource time, long epoch) {
        long left = deadline.remainingNanos();
        boolean isOurs = left > 0 && deadline.isBy(time);
        long now = isOurs ? deadline.atNanos() - left : time.nanoTime();
        message.remaining(Math.max(least, (left + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI), SentAt.micros(now, epoch));
    }

    /** What is left in milliseconds, rounded up, so that what has not passed yet does not arrive as 0. */
    public static long toMillis(Deadline deadline) {
        return (deadline.remainingNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }
}
