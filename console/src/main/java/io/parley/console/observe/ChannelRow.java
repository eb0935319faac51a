package io.parley.console.observe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What flows on one channel, whoever sends and receives. Immutable.
 *
 * @param p50Nanos that of the edge on which it is longest, as is the next
 */
public record ChannelRow(
        String channel,
        String style,
        double rate,
        double errorRate,
        long p50Nanos,
        long p99Nanos,
        long messages,
        long errors) {

    /** The channels of {@code edges}: those on which most fails first, and then the busiest. */
    public static List<ChannelRow> of(List<Edge> edges) {
        Map<String, ChannelRow> rows = new TreeMap<>();
        for (Edge edge : edges) {
            rows.merge(edge.channel(), of(edge), ChannelRow::with);
        }
        var sorted = new ArrayList<>(rows.values());
        sorted.sort(Comparator.comparingDouble(ChannelRow::errorRate)
                .thenComparingDouble(ChannelRow::rate)
                .reversed()
                .thenComparing(ChannelRow::channel));
        return sorted;
    }

    private static ChannelRow of(Edge edge) {
        return new ChannelRow(
                edge.channel(),
                edge.style(),
                edge.rate(),
                edge.errorRate(),
                edge.p50Nanos(),
                edge.p99Nanos(),
                edge.messages(),
                edge.errors());
    }

    private ChannelRow with(ChannelRow other) {
        return new ChannelRow(
                channel,
                style,
                rate + other.rate,
                errorRate + other.errorRate,
                Math.max(p50Nanos, other.p50Nanos),
                Math.max(p99Nanos, other.p99Nanos),
                messages + other.messages,
                errors + other.errors);
    }
}
