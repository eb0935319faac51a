package io.parley.consul;

import io.parley.time.TimeSource;
import java.time.Duration;

/** Lets some things happen at once, and in the long run only so many a second. Confined to one thread at a time. */
final class TokenBucket {

    private final TimeSource time;
    private final double capacity;
    private final double perSecond;
    private double tokens;
    private long filledAt;

    TokenBucket(TimeSource time, int capacity, double perSecond) {
        this.time = time;
        this.capacity = capacity;
        this.perSecond = perSecond;
        tokens = capacity;
        filledAt = time.nanoTime();
    }

    /** Takes a token, be it one that is not there yet; tells how long it takes until it is. */
    Duration take() {
        long now = time.nanoTime();
        tokens = Math.min(capacity, tokens + (now - filledAt) / 1e9 * perSecond);
        filledAt = now;
        tokens--;
        return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / perSecond * 1e9));
    }
}
