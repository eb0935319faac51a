package io.parley.internal;

import io.parley.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/** The last few one-way messages sent: enough to say which one was refused, if it is refused soon. Thread-safe. */
final class SentOneWays {

    private final long[] sequences;
    private final @Nullable Sent[] sent;

    /** @param correlation null if the message began its conversation itself */
    record Sent(ChannelName channel, @Nullable String correlation) {}

    SentOneWays(int size) {
        sequences = new long[size];
        sent = new @Nullable Sent[size];
    }

    synchronized void add(long sequence, ChannelName channel, @Nullable String correlation) {
        int slot = slot(sequence);
        sequences[slot] = sequence;
        sent[slot] = new Sent(channel, correlation);
    }

    synchronized @Nullable Sent remove(long sequence) {
        int slot = slot(sequence);
        if (sequences[slot] != sequence) {
            return null;
        }
        Sent found = sent[slot];
        sent[slot] = null;
        sequences[slot] = 0;
        return found;
    }

    private int slot(long sequence) {
        return (int) Long.remainderUnsigned(sequence, sequences.length);
    }
}
