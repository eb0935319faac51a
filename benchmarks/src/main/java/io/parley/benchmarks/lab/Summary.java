package io.parley.benchmarks.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All readings of one figure. Immutable.
 *
 * @param values in the order in which they were taken
 */
public record Summary(
        String of,
        String figure,
        String unit,
        double median,
        double least,
        double greatest,
        @Nullable Double below,
        List<Double> values) {

    public Summary {
        values = List.copyOf(values);
    }

    /** In the order in which each figure was read first, those of one subject together. */
    public static List<Summary> of(List<Reading> readings) {
        var subjects = new LinkedHashMap<String, Map<String, List<Reading>>>();
        for (Reading reading : readings) {
            subjects.computeIfAbsent(reading.of(), of -> new LinkedHashMap<>())
                    .computeIfAbsent(reading.figure(), figure -> new ArrayList<>())
                    .add(reading);
        }
        return subjects.values().stream()
                .flatMap(figures -> figures.values().stream())
                .map(Summary::ofOneFigure)
                .toList();
    }

    private static Summary ofOneFigure(List<Reading> readings) {
        Reading first = readings.get(0);
        double[] values = readings.stream().mapToDouble(Reading::value).toArray();
        return new Summary(
                first.of(),
                first.figure(),
                first.unit(),
                Statistics.median(values),
                readings.stream().mapToDouble(Reading::value).min().orElseThrow(),
                readings.stream().mapToDouble(Reading::value).max().orElseThrow(),
                first.below(),
                readings.stream().map(Reading::value).toList());
    }
}
