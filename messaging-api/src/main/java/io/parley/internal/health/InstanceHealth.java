package io.parley.internal.health;

import io.parley.internal.link.LinkHealth;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How an instance has done of late, over all links to it. One that times out several times in a row, or whose link does not last, is
 * avoided for a while, and longer each time that happens again. Then it is on trial until it has answered, or its link has lasted.
 *
 * <p>{@link #onAnswered} and {@link #onTimedOut} are thread-safe, the rest is confined to the I/O context.
 */
public final class InstanceHealth implements LinkHealth {

    /** This many in a row, with no answer in between. */
    static final int MOST_TIMEOUTS = 5;

    /** A link that was ready for less than this has not lasted. */
    static final Duration STEADY = Duration.ofSeconds(10);

    private static final Duration FIRST_PERIOD = Duration.ofSeconds(1);
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(30);
    /** One that did well for this long after it was avoided begins with the first period again. */
    private static final Duration FORGOTTEN = LONGEST_PERIOD;

    /** Stands beside the count of time-outs, so that for an answer while all is well one look is enough. */
    private static final int ON_TRIAL = 1 << 30;

    private final AtomicInteger timeouts = new AtomicInteger();
    private int periods;
    private long avoidedUntil;
    private boolean isLinkInDoubt;
    private String why = "";
    private boolean told;

    @Override
    public boolean onAnswered() {
        return timeouts.get() != 0 && (timeouts.getAndSet(0) & ON_TRIAL) != 0;
    }

    @Override
    public boolean onTimedOut() {
        return count(timeouts.incrementAndGet()) >= MOST_TIMEOUTS;
    }

    private static int count(int timeouts) {
        return timeouts & ~ON_TRIAL;
    }

    /**
     * Too many have timed out.
     *
     * @return how long the instance is to be avoided; zero if it is already, or if an answer came meanwhile
     */
    Duration avoidForTimeouts(long now) {
        int noted = timeouts.get();
        if (isAvoided(now) || count(noted) < MOST_TIMEOUTS) {
            return Duration.ZERO;
        }
        // When it is tried again, it has to prove itself.
        timeouts.set(MOST_TIMEOUTS - 1);
        isLinkInDoubt = false;
        boolean isOnTrial = count(noted) != noted;
        return avoid(
                now,
                isOnTrial ? "it timed out again when it was tried" : count(noted) + " requests in a row timed out");
    }

    /** A link that was ready since then was lost; answers for how long the instance is to be avoided, or zero. */
    Duration avoidForLostLink(long readySince, long now) {
        if (now - readySince >= STEADY.toNanos()) {
            return Duration.ZERO;
        }
        timeouts.updateAndGet(InstanceHealth::count);
        isLinkInDoubt = true;
        return avoid(now, "its link did not last");
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

    /** It is used again: the next answer shows that it works. */
    void beginTrial() {
        timeouts.updateAndGet(noted -> noted | ON_TRIAL);
    }

    /** It has proved itself in another way. */
    void endTrial() {
        timeouts.updateAndGet(InstanceHealth::count);
    }

    /** Whether a link that lasts is all the proof that is wanted. */
    boolean isLinkInDoubt() {
        return isLinkInDoubt;
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
