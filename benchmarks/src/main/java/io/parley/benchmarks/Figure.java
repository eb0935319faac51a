package io.parley.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Something to read off the results of a row. Immutable.
 *
 * @param name what it is, beside the row's own name
 * @param lessIsBetter as with times
 */
record Figure(String name, String unit, boolean lessIsBetter, ToDoubleFunction<Result> reading) {

    /** What a row is about. */
    static List<Figure> of(Row row) {
        return switch (row.workload()) {
            case ROUND_TRIP, PACED ->
                List.of(time(row + " p50", Result::p50Micros), time(row + " p99", Result::p99Micros));
            case REQUESTS, RECORDS, ONE_WAY, PUBLISH -> List.of(rate(row.toString(), "/s", Result::perSecond));
            case TRANSFER -> List.of(rate(row.toString(), "MB/s", Result::megabytesPerSecond));
            case BESIDE ->
                List.of(
                        time("ping alone p99", Result::aloneP99Micros),
                        time(row + " p99", Result::p99Micros),
                        new Figure(
                                "  times that alone",
                                "×",
                                true,
                                result -> result.p99Micros() / result.aloneP99Micros()),
                        rate("  and beside it", "MB/s", Result::megabytesPerSecond));
        };
    }

    String label() {
        return name + ", " + unit;
    }

    private static Figure time(String name, ToDoubleFunction<Result> reading) {
        return new Figure(name, "µs", true, reading);
    }

    private static Figure rate(String name, String unit, ToDoubleFunction<Result> reading) {
        return new Figure(name, unit, false, reading);
    }
}
