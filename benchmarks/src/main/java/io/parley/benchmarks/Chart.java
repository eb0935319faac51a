package io.parley.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results as a picture: for each figure a group of bars, one for each contender, that begin at the yardstick and reach to the right
 * if the contender does better and to the left if it does worse, on a logarithmic scale; across the end of each bar, its least and
 * greatest. Of times the inverse is shown, so that right is better everywhere. An SVG without anything from outside, for light and
 * dark pages. Immutable.
 */
final class Chart {

    private static final int LEFT = 190;
    private static final int PLOT = 560;
    private static final int RIGHT = 70;
    private static final int BAR = 12;
    private static final int GAP = 14;
    private static final int TOP = 92;
    private static final double[] TICKS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100};

    private static final Map<Contender, String> COLOURS = new EnumMap<>(Map.of(
            Contender.RAW_JEROMQ, "#7f7f7f",
            Contender.PARLEY, "#2f7ed8",
            Contender.PARLEY_INLINE, "#7cb5ec",
            Contender.PARLEY_UNRECORDED, "#b9d6f2",
            Contender.GRPC, "#2ca089",
            Contender.GRPC_DEFAULT, "#8fcfc0",
            Contender.VERTX, "#9467bd",
            Contender.RSOCKET, "#e377a8",
            Contender.RAW_TCP, "#d9822b"));

    private final Results results;
    private final List<Group> groups = new ArrayList<>();
    private final double least;
    private final double greatest;

    /** A figure's bars. Immutable. */
    private record Group(String label, Map<Contender, Spread> bars) {

        int height() {
            return bars.size() * BAR + GAP;
        }
    }

    /** @throws BenchmarkException if there is nothing to compare */
    Chart(Results results) {
        this.results = results;
        results.rows().forEach((row, measured) -> Figure.of(row).forEach(figure -> {
            var bars = new EnumMap<Contender, Spread>(Contender.class);
            for (Contender contender : Contender.values()) {
                results.ratios(contender, measured, figure.reading())
                        .filter(ratios -> ratios.least() > 0 && Double.isFinite(ratios.greatest()))
                        .ifPresent(ratios -> bars.put(contender, figure.lessIsBetter() ? ratios.inverse() : ratios));
            }
            if (!bars.isEmpty()) {
                groups.add(new Group(figure.name().strip(), bars));
            }
        }));
        if (groups.isEmpty()) {
            throw new BenchmarkException("There is nothing in these results to compare to " + yardstick());
        }
        least = tickBelow(bars().mapToDouble(Spread::least).min().orElse(1));
        greatest = tickAbove(bars().mapToDouble(Spread::greatest).max().orElse(1));
    }

    String toSvg() {
        int bottom = TOP + groups.stream().mapToInt(Group::height).sum();
        int width = LEFT + PLOT + RIGHT;
        int height = bottom + 62;
        var out = new StringBuilder();
        add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n", width, height);
        add(out, "<title>%s</title>%n", escaped(title()));
        out.append("""
                <style>
                  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
                  .title { font-size: 15px; font-weight: 600; }
                  .small { font-size: 10px; fill: #59636e; }
                  .grid { stroke: #d1d9e0; }
                  .one { stroke: #59636e; }
                  .reach { stroke: #1f2328; }
                  @media (prefers-color-scheme: dark) {
                    text { fill: #f0f6fc; }
                    .small { fill: #9198a1; }
                    .grid { stroke: #3d444d; }
                    .one { stroke: #9198a1; }
                    .reach { stroke: #f0f6fc; }
                  }
                </style>
                """);
        add(out, "<text class=\"title\" x=\"16\" y=\"24\">%s</text>%n", escaped(title()));
        legend(out);
        scale(bottom, out);
        int y = TOP;
        for (Group group : groups) {
            draw(group, y, out);
            y += group.height();
        }
        foot(bottom + 34, out);
        return out.append("</svg>").append(System.lineSeparator()).toString();
    }

    private String title() {
        return "How many times as well as " + yardstick() + " (right is better)";
    }

    private Contender yardstick() {
        return results.plan().yardstick();
    }

    private Stream<Spread> bars() {
        return groups.stream().flatMap(group -> group.bars().values().stream());
    }

    private void legend(StringBuilder out) {
        List<Contender> shown = Stream.of(Contender.values())
                .filter(contender ->
                        groups.stream().anyMatch(group -> group.bars().containsKey(contender)))
                .toList();
        int x = 16;
        for (Contender contender : shown) {
            add(out, "<rect x=\"%d\" y=\"40\" width=\"10\" height=\"10\" rx=\"2\" fill=\"%s\"/>", x, colour(contender));
            add(out, "<text x=\"%d\" y=\"49\">%s</text>%n", x + 15, contender);
            x += 32 + 7 * contender.toString().length();
        }
    }

    private void scale(int bottom, StringBuilder out) {
        for (double tick : TICKS) {
            if (tick >= least && tick <= greatest) {
                double x = x(tick);
                add(
                        out,
                        "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                        tick == 1 ? "one" : "grid",
                        x,
                        TOP - 12,
                        x,
                        bottom);
                add(
                        out,
                        "<text class=\"small\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                        x,
                        TOP - 18,
                        tick(tick));
            }
        }
    }

    private void draw(Group group, int top, StringBuilder out) {
        double middle = top + group.bars().size() * BAR / 2.0 + 4;
        add(
                out,
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                LEFT - 10,
                middle,
                escaped(group.label()));
        int y = top;
        for (Map.Entry<Contender, Spread> bar : group.bars().entrySet()) {
            Spread reach = bar.getValue();
            double from = Math.min(x(1), x(reach.median()));
            double to = Math.max(x(1), x(reach.median()));
            double line = y + (BAR - 2) / 2.0;
            add(
                    out,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    from,
                    y,
                    Math.max(1, to - from),
                    BAR - 2,
                    colour(bar.getKey()));
            add(
                    out,
                    "<path class=\"reach\" fill=\"none\" d=\"M%.1f %.1fH%.1fM%.1f %.1fv4M%.1f %.1fv4\"/>",
                    x(reach.least()),
                    line,
                    x(reach.greatest()),
                    x(reach.least()),
                    line - 2,
                    x(reach.greatest()),
                    line - 2);
            add(
                    out,
                    "<text class=\"small\" x=\"%d\" y=\"%.1f\">%s</text>%n",
                    LEFT + PLOT + 12,
                    line + 4,
                    String.format(Locale.ROOT, reach.median() < 0.1 ? "%.3f" : "%.2f", reach.median()));
            y += BAR;
        }
    }

    private void foot(int y, StringBuilder out) {
        Machine machine = results.machine();
        String versions = machine.versions().entrySet().stream()
                .map(version -> version.getKey() + " " + version.getValue())
                .collect(Collectors.joining(", "));
        String how = String.format(
                Locale.ROOT,
                "%s, %d cores; %s; medians of %d, whiskers from the least to the greatest; times inverted",
                machine.cpu(),
                machine.cores(),
                machine.jdk(),
                results.plan().repetitions());
        add(out, "<text class=\"small\" x=\"16\" y=\"%d\">%s</text>%n", y, escaped(how));
        add(out, "<text class=\"small\" x=\"16\" y=\"%d\">%s</text>%n", y + 14, escaped(versions));
    }

    private double x(double ratio) {
        return LEFT + PLOT * (Math.log(ratio) - Math.log(least)) / (Math.log(greatest) - Math.log(least));
    }

    private static String colour(Contender contender) {
        return COLOURS.getOrDefault(contender, "#7f7f7f");
    }

    /** At most a half, so that the yardstick never lies on the edge. */
    private static double tickBelow(double value) {
        double below = Math.min(value, TICKS[0]);
        for (double tick : TICKS) {
            if (tick <= Math.min(value, 0.5)) {
                below = tick;
            }
        }
        return below;
    }

    private static double tickAbove(double value) {
        for (double tick : TICKS) {
            if (tick >= Math.max(value, 2)) {
                return tick;
            }
        }
        return value;
    }

    private static String tick(double value) {
        return value >= 1 ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }

    private static void add(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
