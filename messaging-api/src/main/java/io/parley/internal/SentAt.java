package io.parley.internal;

import io.parley.internal.wire.WireMessage;

/**
 * Has the messages of one link that have a deadline say when their remaining time was reckoned: often enough that it is known of each to a
 * millisecond, and not in each, which would take room. Not thread-safe.
 */
final class SentAt {

    private static final long EVERY_NANOS = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final long epoch;
    private boolean isSaid;
    private long saidAt;

    /** @param epoch what the clock counts from */
    SentAt(long epoch) {
        this.epoch = epoch;
    }

    /** Before a message is encoded that goes in its turn. */
    void before(WireMessage message) {
        if (message.hasDeadline()) {
            boolean isDue = !isSaid || message.reckonedAt() - saidAt >= EVERY_NANOS;
            message.sentAt(isDue ? micros(message) : 0);
        }
    }

    /** After one was encoded that goes in its turn, and was not taken back. */
    void after(WireMessage message) {
        if (message.hasDeadline() && message.sentAt() != 0) {
            isSaid = true;
            saidAt = message.reckonedAt();
        }
    }

    /** Before one is encoded that may arrive after what is sent later. */
    void beforeTransfer(WireMessage message) {
        if (message.hasDeadline()) {
            message.sentAt(micros(message));
        }
    }

    private long micros(WireMessage message) {
        return micros(message.reckonedAt(), epoch);
    }

    /** What a clock shows, in microseconds and never 0, that counts from {@code epoch}. */
    static long micros(long nanoTime, long epoch) {
        return Math.max(1, (nanoTime - epoch) / NANOS_PER_MICRO);
    }
}
