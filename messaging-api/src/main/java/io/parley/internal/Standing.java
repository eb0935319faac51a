package io.parley.internal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How an instance has done of late, over all links to it. One that times out several times in a row, or whose link does not last, is
 * avoided for a while, and longer each time that happens again.
 *
 * <p>{@link #onAnswered} and {@link #onTimedOut} are thread-safe, the rest is confined to the I/O context.
 */
final class Standing {

    /** This many in a row, with no answer in between. */
    static final int MOST_TIMEOUTS = 5;

    private static final Duration FIRST_PERIOD = Duration.ofSeconds(1);
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(30);
    /** A link that was ready for less than this has not lasted. */
    private static final Duration STEADY = Duration.ofSeconds(10);
    /** One that did well for this long after it was avoided begins with the first period again. */
    private static final Duration FORGOTTEN = LONGEST_PERIOD;

    private final AtomicInteger timeouts = new AtomicInteger();
    private int periods;
    private long avoidedUntil;
    private String why = "";
    private boolean told;

    /** An answer came, be it late or a fault: the instance works. */
    void onAnswered() {
        if (timeouts.get() != 0) {
            timeouts.set(0);
        }
    }

    /** No answer came in time; true if that has happened too often. */
    boolean onTimedOut() {
        return timeouts.incrementAndGet() >= MOST_TIMEOUTS;
    }

    /**
     * Too many have timed out.
     *
     * @return how long the instance is to be avoided; zero if it is already, or if an answer came meanwhile
     */
    Duration avoidForTimeouts(long now) {
        if (isAvoided(now) || timeouts.get() < MOST_TIMEOUTS) {
            return Duration.ZERO;
        }
        // When it is tried again, it has to prove itself.
        timeouts.set(MOST_TIMEOUTS - 1);
        return avoid(now, "requests time out, " + MOST_TIMEOUTS + " or more in a row");
    }

    /** A link that was ready since then was lost; answers for how long the instance is to be avoided, or zero. */
    Duration avoidForLostLink(long readySince, long now) {
        return now - readySince < STEADY.toNanos() ? avoid(now, "its link does not last") : Duration.ZERO;
    }

    private Duration avoid(long now, String reason) {
        periods = periods > 0 && now - avoidedUntil < FORGOTTEN.toNanos() ? periods + 1 : 1;
        Duration period = FIRST_PERIOD.multipliedBy(1L << Math.min(periods - 1, 10));
        if (period.compareTo(LONGEST_PERIOD) > 0) {
            period = LONGEST_PERIOD;
        }
        avoidedUntil = now + period.toNanos();
        why = reason;
        told = false;
        return period;
    }

    boolean isAvoided(long now) {
        return periods > 0 && now - avoidedUntil < 0;
    }

    /** For how long from now; less than 0 if not any more. */
    long avoidedFor(long now) {
        return avoidedUntil - now;
    }

    String why() {
        return why;
    }

    /** Whether it has not been told yet that the instance is avoided; it counts as told from now on. */
    boolean isNews() {
        boolean news = !told;
        told = true;
        return news;
    }
}
