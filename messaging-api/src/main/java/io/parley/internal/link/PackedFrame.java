package io.parley.internal.link;

import org.jspecify.annotations.Nullable;

/**
 * A frame that waits for its link.
 *
 * @param oneWays the one-way messages in it; null if there are none, or nobody keeps them
 */
record PackedFrame(byte[] octets, @Nullable OneWays oneWays) {

    /**
     * What is known of the one-way messages in a frame. Immutable.
     *
     * @param count how many there are
     * @param lowest the lowest of their sequence numbers
     * @param highest the highest of them
     * @param since when the first of them was packed, by the nanosecond clock
     */
    record OneWays(int count, long lowest, long highest, long since) {}

    /** Counts the one-way messages of the frame that is being packed. Not thread-safe. */
    static final class Tally {

        private int count;
        private long lowest;
        private long highest;
        private long since;

        boolean isEmpty() {
            return count == 0;
        }

        /** One-way messages begin to be packed at this time. */
        void begin(long now) {
            since = now;
            lowest = Long.MAX_VALUE;
            highest = Long.MIN_VALUE;
        }

        void add(long sequence) {
            count++;
            lowest = Math.min(lowest, sequence);
            highest = Math.max(highest, sequence);
        }

        /** What was counted, which ends with this; null if nothing was. */
        @Nullable
        OneWays take() {
            if (count == 0) {
                return null;
            }
            var oneWays = new OneWays(count, lowest, highest, since);
            count = 0;
            return oneWays;
        }
    }
}
