package io.parley.internal.route;

import io.parley.time.TimeSource;
import java.util.function.LongSupplier;

/**
 * Bounds how much sending again may add to the load of one service: a fifth of what is sent to it, ten messages a second if that is more, and
 * a hundred at once. So a service that refuses everything as busy gets a fifth more at most.
 *
 * <p>Confined to the I/O context.
 */
final class RetryBudget {

    private static final double PER_MESSAGE = 0.2;
    private static final double PER_NANO = 10 / 1e9;
    private static final double MOST = 100;

    private final TimeSource time;
    private final LongSupplier sent;
    private double tokens = MOST;
    private long lookedAt;
    private long sentThen;

    /** @param sent how many messages were sent to the service; may fall when a link ends */
    RetryBudget(TimeSource time, LongSupplier sent) {
        this.time = time;
        this.sent = sent;
        lookedAt = time.nanoTime();
    }

    /** Whether another message may be sent again now; then it counts as sent. */
    boolean tryTake() {
        long now = time.nanoTime();
        long sentNow = sent.getAsLong();
        double earned = Math.max(0, sentNow - sentThen) * PER_MESSAGE + (now - lookedAt) * PER_NANO;
        tokens = Math.min(MOST, tokens + earned);
        lookedAt = now;
        sentThen = sentNow;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
