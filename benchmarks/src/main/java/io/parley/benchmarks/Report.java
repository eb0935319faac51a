package io.parley.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Results as a table for people. Ratios are taken within each repetition, and the median of them is shown. Immutable. */
final class Report {

    private static final String LINE = "%-26s %-14s %11s  %-21s %-22s%n";
    private static final String COST_LINE = "%-26s %-14s %22s %26s%n";

    private final Results results;
    private final Plan plan;

    Report(Results results) {
        this.results = results;
        plan = results.plan();
    }

    String toText() {
        var out = new StringBuilder();
        head(out);
        out.append(line("", "", "median", "min – max", "to " + plan.yardstick() + " (min – max)"));
        results.rows().forEach((row, measured) -> Figure.of(row).forEach(figure -> lines(figure, measured, out)));
        out.append(String.format("%n" + COST_LINE, "what each one costs", "", "CPU, µs", "allocated, bytes"));
        out.append(String.format(COST_LINE, "", "", "initiator + responder", "initiator + responder"));
        results.rows().forEach((row, measured) -> costs(row.toString(), measured, out));
        missed(out);
        return out.toString();
    }

    /** For progress. */
    static String brief(Result result) {
        return Figure.of(result.which().row()).stream()
                .map(figure -> number(figure, figure.reading().applyAsDouble(result)) + " " + figure.unit())
                .collect(Collectors.joining(", "));
    }

    private void head(StringBuilder out) {
        Machine machine = results.machine();
        out.append(String.format(
                Locale.ROOT,
                "%s, %d cores, %.1f GiB; %s; %s%n%s; load before %.2f%n",
                machine.cpu(),
                machine.cores(),
                machine.memoryMiB() / 1024.0,
                machine.system(),
                machine.jdk(),
                machine.versions().entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", ")),
                machine.load()));
        out.append(String.format(
                Locale.ROOT,
                "Two processes on loopback, %s; %d repetitions of %s s after a warm-up of %s%n",
                jvm(),
                plan.repetitions(),
                seconds(plan.measured().toMillis()),
                warmUps()));
        for (Row row : plan.rows()) {
            String absent = plan.contenders().stream()
                    .filter(contender -> !contender.has(row.workload()))
                    .map(Contender::toString)
                    .collect(Collectors.joining(", "));
            if (!absent.isEmpty()) {
                out.append(String.format("Not in %s: %s%n", row, absent));
            }
        }
        out.append(System.lineSeparator());
    }

    private String jvm() {
        if (!plan.jvmArguments().isEmpty()) {
            return String.join(" ", plan.jvmArguments());
        }
        return plan.rows().stream()
                .map(Row::workload)
                .collect(Collectors.partitioningBy(Workload::isLarge))
                .entrySet()
                .stream()
                .filter(some -> !some.getValue().isEmpty())
                .map(some -> String.join(" ", Plan.heap(some.getValue().get(0)))
                        + (some.getKey() ? " where payloads are large" : ""))
                .collect(Collectors.joining(", "));
    }

    private String warmUps() {
        Map<Long, Set<String>> each = new TreeMap<>();
        for (Case which : plan.round(0)) {
            boolean takesLonger = which.workload() == Workload.RECORDS
                    && !plan.warmUp(which).equals(which.contender().warmUp(Workload.REQUESTS))
                    && plan.warmUp() == null;
            each.computeIfAbsent(plan.warmUp(which).toMillis(), millis -> new TreeSet<>())
                    .add(which.contender() + (takesLonger ? " in records" : ""));
        }
        return each.entrySet().stream()
                .map(some -> seconds(some.getKey()) + " s"
                        + (each.size() == 1 ? "" : " (" + String.join(", ", some.getValue()) + ")"))
                .collect(Collectors.joining(", "));
    }

    private void lines(Figure figure, List<Result> row, StringBuilder out) {
        ToDoubleFunction<Result> reading = figure.reading();
        String first = figure.label();
        for (Contender contender : Contender.values()) {
            Optional<Spread> own = Results.of(contender, row, reading);
            if (own.isPresent()) {
                Spread figures = own.get();
                out.append(line(
                        first,
                        contender,
                        number(figure, figures.median()),
                        number(figure, figures.least()) + " – " + number(figure, figures.greatest()),
                        results.ratios(contender, row, reading)
                                .map(Report::ratios)
                                .orElse("")));
                first = "";
            }
        }
    }

    private static String line(Object... columns) {
        return String.format(LINE, columns).stripTrailing() + System.lineSeparator();
    }

    private static String ratios(Spread ratios) {
        String each = ratios.median() < 0.1 ? "%.3f" : "%.2f";
        return String.format(
                Locale.ROOT,
                each + " (" + each + " – " + each + ")",
                ratios.median(),
                ratios.least(),
                ratios.greatest());
    }

    private static void costs(String name, List<Result> row, StringBuilder out) {
        String first = name;
        for (Contender contender : Contender.values()) {
            if (Results.of(contender, row, Result::perSecond).isPresent()) {
                out.append(String.format(
                        COST_LINE,
                        first,
                        contender,
                        both("%.2f", contender, row, Result::initiatorCpuMicros, Result::responderCpuMicros),
                        both("%.0f", contender, row, Result::initiatorBytes, Result::responderBytes)));
                first = "";
            }
        }
    }

    private static String both(
            String format,
            Contender contender,
            List<Result> row,
            ToDoubleFunction<Result> initiator,
            ToDoubleFunction<Result> responder) {
        return String.format(
                Locale.ROOT,
                format + " + " + format,
                Results.of(contender, row, initiator).orElseThrow().median(),
                Results.of(contender, row, responder).orElseThrow().median());
    }

    private void missed(StringBuilder out) {
        results.results().stream()
                .filter(result -> result.missed() > 0)
                .forEach(result -> out.append(String.format(
                        Locale.ROOT,
                        "%s, %s, repetition %d: %,d events were reported missed%n",
                        result.which().contender(),
                        result.which().row(),
                        result.repetition(),
                        result.missed())));
    }

    private static String number(Figure figure, double value) {
        if (figure.lessIsBetter()) {
            return String.format(Locale.ROOT, value < 10_000 ? "%,.1f" : "%,.0f", value);
        }
        return value < 10_000
                ? String.format(Locale.ROOT, "%.1f", value)
                : value < 1e6
                        ? String.format(Locale.ROOT, "%.1f k", value / 1e3)
                        : String.format(Locale.ROOT, "%.2f M", value / 1e6);
    }

    /** For people. */
    static String time(Duration duration) {
        return duration.toSeconds() < 90
                ? duration.toSeconds() + " s"
                : Math.round(duration.toSeconds() / 60.0) + " min";
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, millis % 1000 == 0 ? "%.0f" : "%.1f", millis / 1e3);
    }
}
