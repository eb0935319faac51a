package io.parley.console;

import io.parley.console.flow.Flow;
import io.parley.console.json.Json;
import io.parley.console.observe.Edge;
import io.parley.console.observe.Observatory;
import io.parley.console.observe.ObservedPeer;
import io.parley.console.observe.Story;
import io.parley.console.web.MeshModel;
import io.parley.console.web.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What an observatory sees, for the page. Thread-safe. */
final class ObservedMeshModel implements MeshModel {

    private static final String CLOSED = "closed";
    private static final long STORY_SECONDS = 10;
    /** Clocks that are less apart than this are of no interest to people. */
    private static final Duration SKEW = Duration.ofMillis(20);

    private final String mesh;
    private final Observatory observatory;
    /** When the observer last lost its link to a peer: the registry may take a while to notice. */
    private final Map<String, Instant> lost = new ConcurrentHashMap<>();

    ObservedMeshModel(String mesh, Observatory observatory) {
        this.mesh = mesh;
        this.observatory = observatory;
        observatory.listen(new Observatory.Listener() {
            @Override
            public void onLost(String label) {
                lost.put(label, Instant.now());
            }
        });
    }

    @Override
    public String mesh() {
        return mesh;
    }

    @Override
    public List<SeenPeer> peers() {
        // Of several that had the same name one after the other, the one that is there.
        var seen = new TreeMap<String, SeenPeer>();
        for (ObservedPeer peer : observatory.peers()) {
            seen.merge(
                    peer.label(),
                    seen(peer),
                    (one, other) -> one.condition().compareTo(other.condition()) <= 0 ? one : other);
        }
        lost.keySet().retainAll(seen.keySet());
        return List.copyOf(seen.values());
    }

    private SeenPeer seen(ObservedPeer peer) {
        var channels = new TreeMap<String, String>();
        peer.instance().channels().forEach((name, style) -> channels.put(name.toString(), style.text()));
        Instant lostAt = lost.getOrDefault(peer.label(), Instant.MIN);
        boolean isLost = peer.status() != ObservedPeer.Status.LEFT
                && lostAt.isAfter(peer.stateAt())
                && lostAt.isAfter(peer.instance().since());
        return new SeenPeer(
                peer.label(),
                peer.instance().service(),
                peer.instance().name(),
                isLost ? Condition.GONE : condition(peer.status()),
                peer.instance().since(),
                isLost && peer.status() != ObservedPeer.Status.GONE ? lostAt : peer.changedAt(),
                peer.instance().address(),
                channels,
                peer.isPassing());
    }

    private static Condition condition(ObservedPeer.Status status) {
        return switch (status) {
            // One that cannot be asked is there nevertheless, as far as the registry tells.
            case UP, OPAQUE, ANNOUNCED -> Condition.UP;
            case SILENT -> Condition.DOUBTFUL;
            case GONE -> Condition.GONE;
            case LEFT -> Condition.LEFT;
        };
    }

    @Override
    public List<SeenEdge> edges() {
        return observatory.edges().stream().map(ObservedMeshModel::seen).toList();
    }

    private static SeenEdge seen(Edge edge) {
        return new SeenEdge(
                edge.from(),
                edge.to(),
                edge.channel(),
                edge.style(),
                edge.messages(),
                edge.errors(),
                edge.rate(),
                edge.errorRate(),
                edge.p50Nanos(),
                edge.p99Nanos(),
                edge.lastSeen());
    }

    @Override
    public Map<String, SortedMap<String, String>> circuits() {
        var all = new HashMap<String, SortedMap<String, String>>();
        for (ObservedPeer peer : observatory.peers()) {
            SortedMap<String, String> moved = circuits(peer);
            if (!peer.status().isOver() && !moved.isEmpty()) {
                all.put(peer.label(), moved);
            }
        }
        return all;
    }

    private static SortedMap<String, String> circuits(ObservedPeer peer) {
        var moved = new TreeMap<String, String>();
        if (peer.state().get("circuits") instanceof List<?> circuits) {
            for (Object one : circuits) {
                if (one instanceof Map<?, ?> circuit
                        && circuit.get("peer") instanceof String other
                        && circuit.get("state") instanceof String state
                        && !state.equals(CLOSED)) {
                    moved.put(other, state);
                }
            }
        }
        return moved;
    }

    @Override
    public long leftOut() {
        return observatory.leftOut();
    }

    @Override
    public long leftOutLately() {
        return observatory.leftOutLately();
    }

    @Override
    public Runnable listen(Consumer<List<Flow>> listener) {
        var adapter = new Observatory.Listener() {
            @Override
            public void onFlows(List<Flow> flows) {
                listener.accept(flows);
            }
        };
        observatory.listen(adapter);
        return () -> observatory.unlisten(adapter);
    }

    @Override
    public List<Flow> recent(Predicate<Flow> wanted, int most) {
        return observatory.recent(wanted, most);
    }

    @Override
    public String state(String label) {
        Map<String, Object> state =
                observatory.peer(label).map(ObservedPeer::state).orElse(Map.of());
        if (state.isEmpty()) {
            throw new ProblemException(503, "no-answer", label + " has not told anything of itself.");
        }
        return Json.write(state);
    }

    @Override
    public String story(String id) throws InterruptedException {
        try {
            return json(observatory.explain(id).get(STORY_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            throw new ProblemException(503, "no-answer", "The peers could not be asked: " + e.getCause());
        } catch (TimeoutException e) {
            throw new ProblemException(504, "timed-out", "The peers did not answer within " + STORY_SECONDS + " s.");
        }
    }

    private static String json(Story story) {
        var flows = new ArrayList<Map<String, Object>>();
        for (Story.Step step : story.steps()) {
            var flow = new LinkedHashMap<>(step.flow().fields());
            flow.put("sinceNanos", step.nanos());
            flows.add(flow);
        }
        var missing = new ArrayList<Map<String, Object>>();
        for (Story.Sent sent : story.messages()) {
            for (String what : sent.missing()) {
                missing.add(Map.of("id", sent.id(), "text", sent.channel() + " from " + sent.from() + ": " + what));
            }
        }
        var notes = new ArrayList<>(story.doubts());
        for (Story.Skew skew : story.skews()) {
            if (skew.ahead().abs().compareTo(SKEW.plus(skew.doubt())) > 0) {
                notes.add("The clock of " + skew.peer() + " was taken to be "
                        + skew.ahead().abs().toMillis() + " ms " + (skew.ahead().isNegative() ? "behind" : "ahead"));
            }
        }
        return Json.write(Map.of("id", story.id(), "flows", flows, "missing", missing, "notes", notes));
    }
}
