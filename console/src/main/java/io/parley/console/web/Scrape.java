package io.parley.console.web;

import io.parley.console.web.MeshModel.Condition;
import io.parley.console.web.MeshModel.SeenEdge;
import io.parley.console.web.MeshModel.SeenPeer;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is seen of a mesh, as Prometheus reads it: a text with a line for each figure. Confined to one thread. */
final class Scrape {

    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    private Scrape() {}

    static String of(MeshModel model) {
        var scrape = new Scrape();
        List<SeenPeer> peers = model.peers();
        scrape.title(
                "parley_peer_up", "gauge", "Whether a peer is up: 1, or 0 for one that does not answer or is lost.");
        for (SeenPeer peer : peers) {
            // An alarm at 0 is about what ought to be here.
            if (peer.isPassing() || peer.condition() == Condition.LEFT) {
                continue;
            }
            scrape.line(
                    "parley_peer_up",
                    peer.condition() == Condition.UP ? 1 : 0,
                    "service",
                    peer.service(),
                    "instance",
                    peer.instance());
        }
        List<SeenEdge> edges = model.edges();
        scrape.edges(edges, "parley_messages_total", "counter", "Messages seen between two peers.", SeenEdge::count);
        scrape.edges(edges, "parley_failures_total", "counter", "Those of them that failed.", SeenEdge::errors);
        scrape.title(
                "parley_message_seconds",
                "gauge",
                "The time that messages of the last 20 seconds took at most, by the share of them: to the answer, or else in the handler.");
        for (SeenEdge edge : edges) {
            if (edge.p50Nanos() > 0) {
                scrape.edge("parley_message_seconds", edge, edge.p50Nanos() / 1e9, "0.5");
                scrape.edge("parley_message_seconds", edge, edge.p99Nanos() / 1e9, "0.99");
            }
        }
        scrape.title(
                "parley_steps_left_out_total",
                "counter",
                "Steps that were taken since this began to look, and not seen.");
        scrape.line("parley_steps_left_out_total", model.leftOut());
        return scrape.text.toString();
    }

    private void edges(List<SeenEdge> edges, String name, String kind, String help, ToDoubleFunction<SeenEdge> value) {
        title(name, kind, help);
        for (SeenEdge edge : edges) {
            edge(name, edge, value.applyAsDouble(edge), "");
        }
    }

    private void edge(String name, SeenEdge edge, double value, String quantile) {
        line(
                name,
                value,
                "from",
                edge.from(),
                "to",
                edge.to(),
                "channel",
                edge.channel(),
                "style",
                edge.style(),
                "quantile",
                quantile);
    }

    private void title(String name, String kind, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
    }

    /** @param labels names and values in turn; those with an empty value are left out */
    private void line(String name, double value, String... labels) {
        text.append(name);
        String before = "{";
        for (int i = 0; i < labels.length; i += 2) {
            if (!labels[i + 1].isEmpty()) {
                text.append(before).append(labels[i]).append("=\"");
                text.append(labels[i + 1]
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n"));
                text.append('"');
                before = ",";
            }
        }
        text.append(before.equals(",") ? "} " : " ");
        text.append(
                value == Math.rint(value) && Math.abs(value) < 1e15
                        ? Long.toString((long) value)
                        : Double.toString(value));
        text.append('\n');
    }
}
