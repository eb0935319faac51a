package io.parley.internal.convert;

import io.parley.internal.wire.WireMessage;

/**
 * Has the messages of one link or feed that have a deadline say when their remaining time was reckoned: often enough that it is known of
 * each to a millisecond, and not in each, which would take room. Not thread-safe.
 */
public final class SentAt {

    private static final long EVERY_MICROS = 1_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private boolean isSaid;
    private long saidAt;

    /** Before a message is encoded that goes in its turn. */
    public void before(WireMessage message) {
        if (message.hasDeadline()) {
            // One that was reckoned earlier may be so by any time: its sender's thread stood still meanwhile.
            message.saySentAt(!isSaid || Math.abs(message.reckonedAt() - saidAt) >= EVERY_MICROS);
        }
    }

    /** After one was encoded that goes in its turn, and was not taken back. */
    public void after(WireMessage message) {
        if (message.hasDeadline() && message.sentAt() != 0 && (!isSaid || message.reckonedAt() - saidAt > 0)) {
            isSaid = true;
            saidAt = message.reckonedAt();
        }
    }

    /** What was said holds no longer: whoever reads what comes next may not have what came before. */
    public void forget() {
        isSaid = false;
    }

    /** Before one is encoded that may arrive after what is sent later. */
    public void beforeTransfer(WireMessage message) {
        if (message.hasDeadline()) {
            message.saySentAt(true);
        }
    }

    /** What a clock shows, in microseconds and never 0, that counts from {@code epoch}. */
    public static long micros(long nanoTime, long epoch) {
        return Math.max(1, (nanoTime - epoch) / NANOS_PER_MICRO);
    }

    /** The time by which such a clock shows {@code micros}. */
    public static long nanos(long micros, long epoch) {
        return epoch + micros * NANOS_PER_MICRO;
    }
}
