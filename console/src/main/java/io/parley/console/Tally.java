package io.parley.console;

import io.parley.console.json.Json;
import io.parley.console.terminal.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What became of many exchanges: how many ended how, and how long they took. Not thread-safe. */
final class Tally {

    private static final double[] PERCENTILES = {50, 90, 99};
    private static final long LONGEST_NANOS = 3_600_000_000_000L;

    private final Map<String, Long> outcomes = new TreeMap<>();
    private final Histogram times = new Histogram(LONGEST_NANOS, 3);
    private long start = System.nanoTime();
    private int exitCode = ExitCode.SUCCESS;

    /** Begins to count. */
    void begin() {
        start = System.nanoTime();
    }

    /** Counts an exchange that went well and takes no time worth telling. */
    void count(String outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
    }

    /** Counts an exchange that went well. */
    void count(String outcome, long nanos) {
        count(outcome);
        times.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
    }

    /** Counts one that did not. */
    void countFailure(String outcome, int exitCode) {
        outcomes.merge(outcome, 1L, Long::sum);
        if (this.exitCode == ExitCode.SUCCESS) {
            this.exitCode = exitCode;
        }
    }

    long total() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** That of the first failure. */
    int exitCode() {
        return exitCode;
    }

    /** In one line for people. */
    String text() {
        double seconds = (System.nanoTime() - start) / 1e9;
        String counts = outcomes.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        var text = new StringBuilder(counts.isEmpty() ? "nothing sent" : counts);
        text.append(String.format(java.util.Locale.ROOT, " in %.2f s", seconds));
        if (total() > 1) {
            text.append(String.format(java.util.Locale.ROOT, " (%.0f/s)", total() / seconds));
        }
        if (times.getTotalCount() > 1) {
            text.append("; ");
            for (double percentile : PERCENTILES) {
                text.append(name(percentile))
                        .append(' ')
                        .append(Texts.took(times.getValueAtPercentile(percentile)))
                        .append(", ");
            }
            text.append("max ").append(Texts.took(times.getMaxValue()));
        }
        return text.toString();
    }

    /** As an object for programs. */
    String json() {
        var summary = new LinkedHashMap<String, Object>();
        summary.put("total", total());
        summary.put("outcomes", outcomes);
        summary.put("seconds", (System.nanoTime() - start) / 1e9);
        if (times.getTotalCount() > 0) {
            var millis = new LinkedHashMap<String, Object>();
            for (double percentile : PERCENTILES) {
                millis.put(name(percentile), times.getValueAtPercentile(percentile) / 1e6);
            }
            millis.put("max", times.getMaxValue() / 1e6);
            summary.put("millis", millis);
        }
        return Json.write(Map.of("summary", summary));
    }

    private static String name(double percentile) {
        return "p" + Math.round(percentile);
    }
}
