package io.parley.internal.link;

import io.parley.channel.ChannelName;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The last few one-way messages sent: enough to say which one was refused, if it is refused soon. It is written for every message, so
 * it takes no lock: a place whose number is not the one that is looked for, before and after it was read, was overwritten. (Two
 * senders would have to write at one place at the same moment, a whole ring of numbers apart, to be mistaken for each other.)
 *
 * <p>Thread-safe.
 */
public final class SentOneWays {

    private static final long NONE = 0;

    private final AtomicLongArray sequences;
    private final @Nullable ChannelName[] channels;
    private final @Nullable String[] correlations;

    /** @param correlation null if the message began its conversation itself */
    public record Sent(ChannelName channel, @Nullable String correlation) {}

    /** @param size a power of two */
    public SentOneWays(int size) {
        sequences = new AtomicLongArray(size);
        channels = new @Nullable ChannelName[size];
        correlations = new @Nullable String[size];
    }

    public void add(long sequence, ChannelName channel, @Nullable String correlation) {
        int slot = slot(sequence);
        sequences.setRelease(slot, NONE);
        VarHandle.storeStoreFence();
        // Almost always they are the same: to write a reference costs a fence for the collector's sake, to compare it
        // nothing.
        if (channels[slot] != channel) {
            channels[slot] = channel;
        }
        if (correlations[slot] != correlation) {
            correlations[slot] = correlation;
        }
        sequences.setRelease(slot, sequence);
    }

    @Nullable
    public Sent remove(long sequence) {
        int slot = slot(sequence);
        if (sequences.getAcquire(slot) != sequence) {
            return null;
        }
        ChannelName channel = channels[slot];
        String correlation = correlations[slot];
        boolean whole = sequences.compareAndSet(slot, sequence, NONE);
        return whole && channel != null ? new Sent(channel, correlation) : null;
    }

    private int slot(long sequence) {
        return (int) sequence & (sequences.length() - 1);
    }
}
