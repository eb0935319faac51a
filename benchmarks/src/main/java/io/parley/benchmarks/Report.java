package io.parley.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Results as a table for people. Ratios are taken within each repetition, and the median of them is shown. */
final class Report {

    private static final String LINE = "%-22s %-14s %11s  %-21s %-22s%n";
    private static final String COST_LINE = "%-22s %-14s %22s %26s%n";

    private final List<Result> results;

    Report(List<Result> results) {
        this.results = List.copyOf(results);
    }

    String toText(Plan plan, Machine machine) {
        var out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "%s, %d cores, %.1f GiB; %s; %s%nParley %s, JeroMQ %s; load before %.2f%n",
                machine.cpu(),
                machine.cores(),
                machine.memoryMiB() / 1024.0,
                machine.system(),
                machine.jdk(),
                machine.parley(),
                machine.jeromq(),
                machine.load()));
        out.append(String.format(
                Locale.ROOT,
                "%d-byte payloads, two processes on loopback, %s; %d repetitions of %s s after %s s of warm-up%n%n",
                plan.size(),
                String.join(" ", plan.jvmArguments()),
                plan.repetitions(),
                seconds(plan.measured().toMillis()),
                seconds(plan.warmUp().toMillis())));
        out.append(line("", "", "median", "min – max", "to raw (min – max)"));
        for (List<Result> row : rows().values()) {
            if (row.get(0).which().workload() == Workload.ROUND_TRIP) {
                lines("round trip p50, µs", row, Result::p50Micros, out);
                lines("round trip p99, µs", row, Result::p99Micros, out);
            } else {
                lines(label(row.get(0).which()), row, Result::perSecond, out);
            }
        }
        out.append(String.format("%n" + COST_LINE, "what each one costs", "", "CPU, µs", "allocated, bytes"));
        out.append(String.format(COST_LINE, "", "", "initiator + responder", "initiator + responder"));
        rows().forEach((name, row) -> costs(name, row, out));
        results.stream()
                .filter(result -> result.missed() > 0)
                .forEach(result -> out.append(String.format(
                        Locale.ROOT,
                        "%s, %s, repetition %d: %,d events were reported missed%n",
                        result.which().contender(),
                        result.which().row(),
                        result.repetition(),
                        result.missed())));
        return out.toString();
    }

    /** The figure that tells most, for progress. */
    static String brief(Result result) {
        return result.which().workload() == Workload.ROUND_TRIP
                ? String.format(Locale.ROOT, "p50 %.1f µs, p99 %.1f µs", result.p50Micros(), result.p99Micros())
                : String.format(Locale.ROOT, "%,.0f/s", result.perSecond());
    }

    private static String label(Case which) {
        return switch (which.workload()) {
            case REQUESTS -> "requests/s, " + which.inFlight() + " at once";
            case ONE_WAY -> "one-way messages/s";
            case PUBLISH -> "events/s, " + Workload.SUBSCRIBERS + " receive";
            case ROUND_TRIP -> which.row();
        };
    }

    private Map<String, List<Result>> rows() {
        var rows = new LinkedHashMap<String, List<Result>>();
        for (Result result : results) {
            rows.computeIfAbsent(result.which().row(), row -> new ArrayList<>()).add(result);
        }
        return rows;
    }

    private static List<Result> of(Contender contender, List<Result> row) {
        return row.stream()
                .filter(result -> result.which().contender() == contender)
                .toList();
    }

    private static void lines(String label, List<Result> row, ToDoubleFunction<Result> figure, StringBuilder out) {
        String first = label;
        for (Contender contender : Contender.values()) {
            List<Result> own = of(contender, row);
            if (!own.isEmpty()) {
                double[] values = own.stream().mapToDouble(figure).sorted().toArray();
                double[] ratios = own.stream()
                        .filter(result -> contender != Contender.RAW_JEROMQ)
                        .map(result -> ratio(result, row, figure))
                        .flatMapToDouble(OptionalDouble::stream)
                        .sorted()
                        .toArray();
                out.append(line(
                        first,
                        contender,
                        number(median(values)),
                        number(values[0]) + " – " + number(values[values.length - 1]),
                        ratios.length == 0 ? "" : ratios(ratios)));
                first = "";
            }
        }
    }

    private static String line(Object... columns) {
        return String.format(LINE, columns).stripTrailing() + System.lineSeparator();
    }

    private static String ratios(double[] sorted) {
        return String.format(Locale.ROOT, "%.2f (%.2f – %.2f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
    }

    private static OptionalDouble ratio(Result result, List<Result> row, ToDoubleFunction<Result> figure) {
        return of(Contender.RAW_JEROMQ, row).stream()
                .filter(raw -> raw.repetition() == result.repetition())
                .mapToDouble(raw -> figure.applyAsDouble(result) / figure.applyAsDouble(raw))
                .findFirst();
    }

    private static void costs(String name, List<Result> row, StringBuilder out) {
        String first = name;
        for (Contender contender : Contender.values()) {
            List<Result> own = of(contender, row);
            if (!own.isEmpty()) {
                out.append(String.format(
                        COST_LINE,
                        first,
                        contender,
                        String.format(
                                Locale.ROOT,
                                "%.2f + %.2f",
                                median(own, Result::initiatorCpuMicros),
                                median(own, Result::responderCpuMicros)),
                        String.format(
                                Locale.ROOT,
                                "%.0f + %.0f",
                                median(own, Result::initiatorBytes),
                                median(own, Result::responderBytes))));
                first = "";
            }
        }
    }

    private static double median(List<Result> results, ToDoubleFunction<Result> figure) {
        return median(results.stream().mapToDouble(figure).sorted().toArray());
    }

    /** Of two in the middle, their mean. */
    static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[half]
                : Arrays.stream(sorted, half - 1, half + 1).sum() / 2;
    }

    private static String number(double value) {
        return value < 10_000
                ? String.format(Locale.ROOT, "%.1f", value)
                : value < 1e6
                        ? String.format(Locale.ROOT, "%.1f k", value / 1e3)
                        : String.format(Locale.ROOT, "%.2f M", value / 1e6);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, millis % 1000 == 0 ? "%.0f" : "%.1f", millis / 1e3);
    }
}
