package io.parley.benchmarks.worker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts messages and adds up their numbers, so that at the end both sides can be held against each other: a loss shows in the
 * count, a duplicate that makes up for it in the sum. Thread-safe for those that each kind names.
 */
interface Tally {

    void add(long number);

    long count();

    long sum();

    /** Written by one thread, read by any. */
    static Tally single() {
        return new Tally() {
            private final AtomicLong count = new AtomicLong();
            private final AtomicLong sum = new AtomicLong();

            @Override
            public void add(long number) {
                sum.lazySet(sum.getPlain() + number);
                count.lazySet(count.getPlain() + 1);
            }

            @Override
            public long count() {
                return count.get();
            }

            @Override
            public long sum() {
                return sum.get();
            }
        };
    }

    /** Written and read by any thread. */
    static Tally shared() {
        return new Tally() {
            private final LongAdder count = new LongAdder();
            private final LongAdder sum = new LongAdder();

            @Override
            public void add(long number) {
                sum.add(number);
                count.increment();
            }

            @Override
            public long count() {
                return count.sum();
            }

            @Override
            public long sum() {
                return sum.sum();
            }
        };
    }
}
