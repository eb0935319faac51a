package io.parley.console.terminal;

import java.time.Duration;
import java.util.Locale;

/** How values are shown. Immutable. */
public final class Texts {

    private Texts() {}

    /** A span of time as people say it: {@code 840 µs}, {@code 3.2 ms}, {@code 1.25 s}. */
    public static String took(long nanos) {
        if (nanos < 1_000_000) {
            return String.format(Locale.ROOT, "%d µs", nanos / 1_000);
        }
        if (nanos < 1_000_000_000) {
            return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
        }
        return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }

    /** An age in its two greatest units: {@code 12s}, {@code 3m 5s}, {@code 2h 10m}. */
    public static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m " + seconds % 60 + "s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + "h " + seconds / 60 % 60 + "m";
        }
        return seconds / 86_400 + "d " + seconds / 3600 % 24 + "h";
    }
}
