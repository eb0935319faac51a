package io.parley.console;

import io.parley.console.observe.ChannelRow;
import io.parley.console.terminal.ScreenSize;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.console.terminal.Texts;
import io.parley.text.PlainText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Channels and their figures as a table. Immutable. */
final class TopTable {

    private static final int NAME = 32;
    private static final int SHORTEST_NAME = 16;
    /** With less room for the names than this, the totals are left out. */
    private static final int GOOD_NAME = 24;

    private static final int RATES = 51;
    private static final int TOTALS = 22;

    private final Terminal terminal;
    private final int name;
    private final boolean hasTotals;
    private final int rows;

    private TopTable(Terminal terminal, int name, boolean hasTotals, int rows) {
        this.terminal = terminal;
        this.name = name;
        this.hasTotals = hasTotals;
        this.rows = rows;
    }

    /** As long and as wide as it gets. */
    static TopTable whole(Terminal terminal) {
        return new TopTable(terminal, NAME, true, Integer.MAX_VALUE);
    }

    /** One that fits, together with a line above it. */
    static TopTable fitting(Terminal terminal, ScreenSize size) {
        boolean hasTotals = size.columns() >= GOOD_NAME + RATES + TOTALS;
        int name = size.columns() - RATES - (hasTotals ? TOTALS : 0);
        return new TopTable(terminal, Math.max(SHORTEST_NAME, name), hasTotals, size.rows() - 2);
    }

    /** The table's lines: of the channels as many as there is room for, and how many more there are. */
    List<String> lines(List<ChannelRow> channels) {
        var lines = new ArrayList<String>();
        lines.add(terminal.paint(
                line("CHANNEL", "STYLE", "A SECOND", "ERRORS", "HALF IN", "99% IN", "SEEN", "ERRORS"), Ink.BOLD));
        if (channels.isEmpty()) {
            lines.add(terminal.paint("nothing flows", Ink.DIM));
        }
        boolean isCut = channels.size() > rows;
        int fitting = isCut ? Math.max(0, rows - 1) : channels.size();
        channels.subList(0, fitting).forEach(channel -> lines.add(line(channel)));
        if (isCut) {
            int more = channels.size() - fitting;
            lines.add(terminal.paint(more + (more == 1 ? " channel more" : " channels more") + ", no room", Ink.DIM));
        }
        return lines;
    }

    private String line(ChannelRow row) {
        String line = line(
                rows == Integer.MAX_VALUE ? row.channel() : Texts.clip(PlainText.of(row.channel()), name),
                row.style(),
                rate(row.rate()),
                rate(row.errorRate()),
                took(row.p50Nanos()),
                took(row.p99Nanos()),
                Long.toString(row.messages()),
                Long.toString(row.errors()));
        return row.errorRate() > 0 ? terminal.paint(line, Ink.RED) : line;
    }

    private String line(
            String channel,
            String style,
            String rate,
            String errorRate,
            String half,
            String most,
            String seen,
            String errors) {
        String rates = String.format(
                Locale.ROOT, "%-" + name + "s %-8s %10s %10s %9s %9s", channel, style, rate, errorRate, half, most);
        return hasTotals ? rates + String.format(Locale.ROOT, " %11s %9s", seen, errors) : rates;
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.1f", perSecond);
    }

    private static String took(long nanos) {
        return nanos == 0 ? "-" : Texts.took(nanos);
    }
}
