package io.parley.internal.link;

import io.parley.internal.lane.NumberRanges;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the one-way messages of one inbound link as they arrive, and tells a dialler that wants it which of them are finished. It is told
 * together with the next grant of credit, or a moment after the first; so that no more ranges are kept than messages may be in hand.
 *
 * <p>Thread-safe, but for {@link #nextNumber} and {@link #begin}, which are confined to the I/O context.
 */
final class FinishedOneWays {

    /** How long after a message is finished the dialler is told at the latest. */
    static final Duration DELAY = Duration.ofMillis(100);

    /** With more ranges than these the dialler is told at once. */
    private static final int MOST_RANGES = 512;

    private final PeerContext core;
    private final SendBuffer outbox;
    private final NumberRanges finished = new NumberRanges();
    private volatile boolean isWanted;
    private boolean isScheduled;
    /** Confined to the I/O context. */
    private long arrived;

    FinishedOneWays(PeerContext core, SendBuffer outbox) {
        this.core = core;
        this.outbox = outbox;
    }

    /** The dialler wants to be told. Called before its first message. */
    void begin() {
        isWanted = true;
    }

    /** Returns the number of the first of {@code count} messages that have arrived. */
    long nextNumber(int count) {
        long first = arrived + 1;
        arrived += count;
        return first;
    }

    /** Adds messages that are done with, each of which is added once. */
    void add(NumberRanges numbers) {
        if (!isWanted) {
            return;
        }
        boolean isDue;
        boolean mustSchedule;
        synchronized (this) {
            finished.addAll(numbers);
            isDue = finished.size() >= MOST_RANGES;
            mustSchedule = !isDue && !isScheduled;
            isScheduled |= mustSchedule;
        }
        if (isDue) {
            announce();
        } else if (mustSchedule) {
            core.time.schedule(DELAY, this::onDelayOver);
        }
    }

    private void onDelayOver() {
        synchronized (this) {
            isScheduled = false;
        }
        announce();
    }

    /** Tells the dialler what it has not been told yet, if there is anything. */
    void announce() {
        if (!isWanted) {
            return;
        }
        Control.Finished finished = take();
        if (finished != null) {
            outbox.add(finished);
        }
    }

    private synchronized Control.@Nullable Finished take() {
        if (finished.isEmpty()) {
            return null;
        }
        var told = new Control.Finished(finished.firsts(), finished.counts());
        finished.clear();
        return told;
    }
}
