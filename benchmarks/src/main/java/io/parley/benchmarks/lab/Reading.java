package io.parley.benchmarks.lab;

import org.jspecify.annotations.Nullable;

/**
 * One figure, measured once. Immutable.
 *
 * @param of what was measured, such as {@code idle, 100 links}
 * @param below what the figure is to stay below, if that was settled beforehand
 */
public record Reading(
        String of,
        String figure,
        String unit,
        double value,
        @Nullable Double below) {

    public Reading(String of, String figure, String unit, double value) {
        this(of, figure, unit, value, null);
    }
}
