package io.parley.console.observe;

import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who sends to whom on which channel, and how much. Of too many it forgets those that were quiet longest. Thread-safe. */
final class Edges {

    private static final int MOST = 10_000;

    /** An edge on which nothing was seen for so long is forgotten. */
    private static final Duration FORGET = Duration.ofMinutes(10);

    private final Map<Key, EdgeFigures> figures = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, EdgeFigures> eldest) {
            return size() > MOST;
        }
    };

    private record Key(String from, String to, String channel) {}

    synchronized void add(Flow flow, long second) {
        String to = receiver(flow);
        if (!to.isEmpty() && !flow.from().isEmpty()) {
            figures.computeIfAbsent(new Key(flow.from(), to, flow.channel()), key -> new EdgeFigures(flow, to, second))
                    .add(flow, second);
        }
    }

    /** Who receives: of a message to many, whoever tells of it. Empty if that is nobody in particular. */
    private static String receiver(Flow flow) {
        if (flow.step().isOfPeer() || flow.step() == FlowStep.DEAD_LETTERED) {
            return "";
        }
        // Of an answer that nobody awaits, it is not known to what.
        if (flow.to().indexOf('/') < 0 || flow.channel().endsWith("/unknown")) {
            return "";
        }
        return flow.to().equals(flow.channel()) ? "" : flow.to();
    }

    synchronized List<Edge> edges(long second, Instant now) {
        figures.values().removeIf(edge -> edge.lastSeen().isBefore(now.minus(FORGET)));
        return figures.values().stream().map(edge -> edge.edge(second)).toList();
    }
}
