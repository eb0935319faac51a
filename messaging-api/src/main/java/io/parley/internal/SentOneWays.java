package io.parley.internal;

import io.parley.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/** The last few one-way messages sent: enough to say which one was refused, if it is refused soon. Thread-safe. */
final class SentOneWays {

    private final long[] sequences;
    private final @Nullable ChannelName[] channels;
    private final @Nullable String[] correlations;

    /** @param correlation null if the message began its conversation itself */
    record Sent(ChannelName channel, @Nullable String correlation) {}

    SentOneWays(int size) {
        sequences = new long[size];
        channels = new @Nullable ChannelName[size];
        correlations = new @Nullable String[size];
    }

    synchronized void add(long sequence, ChannelName channel, @Nullable String correlation) {
        int slot = slot(sequence);
        sequences[slot] = sequence;
        channels[slot] = channel;
        correlations[slot] = correlation;
    }

    synchronized @Nullable Sent remove(long sequence) {
        int slot = slot(sequence);
        ChannelName channel = channels[slot];
        if (sequences[slot] != sequence || channel == null) {
            return null;
        }
        sequences[slot] = 0;
        channels[slot] = null;
        return new Sent(channel, correlations[slot]);
    }

    private int slot(long sequence) {
        return (int) Long.remainderUnsigned(sequence, sequences.length);
    }
}
