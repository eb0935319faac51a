package io.parley.benchmarks.lab;

import java.util.List;
import java.util.Locale;

/** Summaries as people read them. Stateless. Thread-safe. */
public final class Table {

    private static final String LINE = "  %-44s %12s   %-25s %s";

    private Table() {}

    public static String of(List<Summary> summaries) {
        var out = new StringBuilder(line("", "median", "min – max", ""));
        String subject = "";
        for (Summary summary : summaries) {
            if (!summary.of().equals(subject)) {
                subject = summary.of();
                out.append(subject).append(System.lineSeparator());
            }
            String range =
                    summary.values().size() == 1 ? "" : number(summary.least()) + " – " + number(summary.greatest());
            out.append(
                    line(label(summary.figure(), summary.unit()), number(summary.median()), range, verdict(summary)));
        }
        return out.toString();
    }

    public static String brief(Reading reading) {
        return label(reading.figure(), reading.unit()) + " " + number(reading.value());
    }

    private static String label(String figure, String unit) {
        return unit.isEmpty() ? figure : figure + ", " + unit;
    }

    private static String verdict(Summary summary) {
        Double below = summary.below();
        if (below == null) {
            return "";
        }
        return (summary.median() < below ? "below " : "not below ") + number(below);
    }

    private static String line(String... columns) {
        return String.format(LINE, (Object[]) columns).stripTrailing() + System.lineSeparator();
    }

    private static String number(double value) {
        if (value == Math.rint(value) || Math.abs(value) >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
    }
}
