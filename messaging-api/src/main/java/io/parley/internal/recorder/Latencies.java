package io.parley.internal.recorder;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, of late: in buckets that are an eighth of a power of two wide, for the period under way and the one before.
 * Thread-safe.
 */
final class Latencies {

    private static final int PARTS = 8;
    private static final int FIRST_BITS = 3;
    /** About 18 minutes; what takes longer counts as that. */
    private static final int MOST_BITS = 40;

    private static final int BUCKETS = (MOST_BITS - FIRST_BITS + 2) * PARTS;

    private volatile AtomicLongArray current = new AtomicLongArray(BUCKETS);
    private volatile AtomicLongArray before = new AtomicLongArray(BUCKETS);

    /** What is told of it. Immutable. */
    record Summary(long mean, long p50, long p90, long p99, long max) {}

    void add(long nanos, long weight) {
        current.getAndAdd(bucket(nanos), weight);
    }

    /** A new period begins. */
    void turn() {
        before = current;
        current = new AtomicLongArray(BUCKETS);
    }

    Summary summary() {
        long[] sums = new long[BUCKETS];
        long all = 0;
        double total = 0;
        long max = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sums[i] = current.get(i) + before.get(i);
            all += sums[i];
            total += (double) sums[i] * middle(i);
            max = sums[i] > 0 ? middle(i) : max;
        }
        long mean = all == 0 ? 0 : Math.round(total / all);
        return new Summary(mean, at(sums, all, 0.5), at(sums, all, 0.9), at(sums, all, 0.99), max);
    }

    private static long at(long[] sums, long all, double share) {
        long wanted = (long) Math.ceil(all * share);
        long seen = 0;
        for (int i = 0; i < sums.length && all > 0; i++) {
            seen += sums[i];
            if (seen >= wanted) {
                return middle(i);
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        if (nanos < PARTS) {
            return (int) Math.max(0, nanos);
        }
        int bits = 63 - Long.numberOfLeadingZeros(nanos);
        if (bits > MOST_BITS) {
            return BUCKETS - 1;
        }
        int part = (int) (nanos >>> (bits - FIRST_BITS)) & (PARTS - 1);
        return (bits - FIRST_BITS + 1) * PARTS + part;
    }

    private static long middle(int bucket) {
        if (bucket < PARTS) {
            return bucket;
        }
        int bits = bucket / PARTS + FIRST_BITS - 1;
        long width = 1L << (bits - FIRST_BITS);
        return (PARTS + bucket % PARTS) * width + width / 2;
    }
}
