package io.parley.benchmarks.lab;

import java.util.Arrays;

/** The arithmetic of the tables. Stateless. Thread-safe. */
public final class Statistics {

    private Statistics() {}

    /**
     * Of two in the middle, their mean.
     *
     * @throws IllegalArgumentException if there is no value
     */
    public static double median(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("Of nothing there is no median");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /**
     * By how much the value grows for each one more.
     *
     * @throws IllegalArgumentException if the number did not change
     */
    public static double slope(double fewer, double valueAtFewer, double more, double valueAtMore) {
        if (fewer == more) {
            throw new IllegalArgumentException("There is no slope between " + fewer + " and itself");
        }
        return (valueAtMore - valueAtFewer) / (more - fewer);
    }
}
