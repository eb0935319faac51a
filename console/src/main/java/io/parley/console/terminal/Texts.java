package io.parley.console.terminal;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How values are shown, and how people write them. Immutable. */
public final class Texts {

    /** How a terminal is told of colour and the like. */
    private static final Pattern COLOUR = Pattern.compile("\033\\[[0-9;?]*[A-Za-z]");

    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");
    private static final Map<String, Long> NANOS =
            Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);

    private Texts() {}

    /**
     * As much of {@code text} as fits into so many columns, orders for colour and the like not counted. Where something is left out, it ends
     * in an ellipsis.
     */
    public static String clip(String text, int columns) {
        int width = COLOUR.matcher(text).replaceAll("").length();
        if (width <= columns) {
            return text;
        }
        var clipped = new StringBuilder();
        Matcher order = COLOUR.matcher(text);
        int left = columns - 1;
        for (int at = 0; at < text.length(); ) {
            if (order.region(at, text.length()).lookingAt()) {
                clipped.append(order.group());
                at = order.end();
            } else {
                if (left > 0) {
                    clipped.append(text.charAt(at));
                } else if (left == 0) {
                    clipped.append('…');
                }
                left--;
                at++;
            }
        }
        return clipped.toString();
    }

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

    /** A time such as {@code 500ms}, if it is one and not zero. */
    public static Optional<Duration> time(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal nanos =
                new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(NANOS.getOrDefault(matcher.group(2), 0L)));
        return nanos.signum() > 0 ? Optional.of(Duration.ofNanos(nanos.longValue())) : Optional.empty();
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
