package io.parley.consul;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row: anything from nothing to a bound that doubles with each of them, so that those who failed
 * together do not come back together. Confined to one thread at a time.
 */
final class Backoff {

    private static final long FIRST_MILLIS = 100;
    private static final int MOST_DOUBLINGS = 20;

    private final RandomGenerator random;
    private final long longestMillis;
    private int failures;

    Backoff(RandomGenerator random, Duration longest) {
        this.random = random;
        this.longestMillis = longest.toMillis();
    }

    /** Notes a failure. */
    Duration next() {
        long bound = Math.min(longestMillis, FIRST_MILLIS << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        return Duration.ofMillis(1 + (long) (random.nextDouble() * bound));
    }

    void reset() {
        failures = 0;
    }
}
