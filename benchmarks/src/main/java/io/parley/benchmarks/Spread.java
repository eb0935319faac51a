package io.parley.benchmarks;

import java.util.Arrays;

/** The middle of some figures, and how far they reach. Immutable. */
record Spread(double median, double least, double greatest) {

    /** Of at least one; of two in the middle, their mean. */
    static Spread of(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double middle = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(middle, sorted[0], sorted[sorted.length - 1]);
    }

    /** The same turned over: of times, how many times as fast. */
    Spread inverse() {
        return new Spread(1 / median, 1 / greatest, 1 / least);
    }
}
