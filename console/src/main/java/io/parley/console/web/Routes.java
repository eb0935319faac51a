package io.parley.console.web;

import io.parley.console.flow.Flow;
import io.parley.console.json.Json;
import io.parley.console.json.NotJsonException;
import io.parley.console.web.MeshModel.SeenEdge;
import io.parley.console.web.MeshModel.SeenPeer;
import io.parley.console.web.Trials.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** What can be asked for, and who answers. Thread-safe. */
final class Routes {

    private static final int MOST_RECENT = 2_000;
    private static final int MOST_TRIALS = 8;
    private static final int MOST_NAME = 200;
    private static final long LEAST_MILLIS = 50;
    private static final long MOST_MILLIS = 60_000;
    private static final Set<String> STREAMING = Set.of("GET");
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final MeshModel model;
    private final Trials trials;
    private final History history;
    private final Streams streams;
    private final PageFiles files = new PageFiles();
    private final Semaphore trying = new Semaphore(MOST_TRIALS);

    Routes(MeshModel model, Trials trials, History history, Streams streams) {
        this.model = model;
        this.trials = trials;
        this.history = history;
        this.streams = streams;
    }

    void answer(Exchange exchange) throws IOException, InterruptedException {
        if (exchange.path().equals("/api/trials")) {
            require(exchange, Set.of("POST"));
            exchange.json(tryOut(exchange.body()));
            return;
        }
        require(exchange, exchange.path().equals("/api/stream") ? STREAMING : READING);
        switch (exchange.path()) {
            case "/api/stream" -> streams.serve(exchange);
            case "/api/mesh" -> exchange.json(200, streams.picture().since(MeshPicture.NOTHING));
            case "/api/flows" -> exchange.json(200, recent(exchange));
            case "/api/history" -> exchange.json(past(exchange.parameters()));
            case "/api/state" ->
                exchange.json(200, model.state(known(exchange.parameter("peer")).label()));
            case "/api/story" -> exchange.json(200, model.story(bounded("id", exchange.parameter("id"))));
            case "/metrics" ->
                exchange.answer(200, Scrape.TYPE, Scrape.of(model).getBytes(StandardCharsets.UTF_8));
            case "/api/channels" -> exchange.json(Map.of("channels", channels()));
            default -> {
                if (exchange.path().startsWith("/api/")) {
                    throw new ProblemException(404, "no-such-question", "There is no " + exchange.path() + ".");
                }
                files.answer(exchange);
            }
        }
    }

    private static void require(Exchange exchange, Set<String> methods) {
        if (!methods.contains(exchange.method())) {
            exchange.http().getResponseHeaders().set("Allow", String.join(", ", methods));
            throw new ProblemException(405, "wrong-method", exchange.method() + " is not for " + exchange.path() + ".");
        }
    }

    /** A peer is only ever asked if it is one of the mesh. */
    private SeenPeer known(String label) {
        return model.peers().stream()
                .filter(peer -> peer.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new ProblemException(404, "no-such-peer", "There is no peer " + label + "."));
    }

    private String recent(Exchange exchange) {
        return model.recent(exchange.filter(), MOST_RECENT).stream()
                .map(Flow::toJson)
                .collect(Collectors.joining(",", "{\"flows\":[", "]}"));
    }

    private Map<String, ?> past(Map<String, String> parameters) {
        String from = parameters.getOrDefault("from", "");
        String to = parameters.getOrDefault("to", "");
        String channel = parameters.getOrDefault("channel", "");
        String peer = parameters.getOrDefault("peer", "");
        return history.of(edge -> (from.isEmpty() || isOf(edge.from(), from))
                && (to.isEmpty() || isOf(edge.to(), to))
                && (channel.isEmpty() || edge.channel().equals(channel))
                && (peer.isEmpty() || touches(edge, peer)));
    }

    private static boolean touches(SeenEdge edge, String peer) {
        return isOf(edge.from(), peer) || isOf(edge.to(), peer);
    }

    /** Whether {@code label} is {@code peer}, or an instance of it if that is a service. */
    private static boolean isOf(String label, String peer) {
        return label.equals(peer) || label.startsWith(peer + '/');
    }

    private List<Map<String, Object>> channels() {
        return styles().entrySet().stream()
                .map(channel -> {
                    var object = new LinkedHashMap<String, Object>();
                    object.put("channel", channel.getKey());
                    object.put("style", channel.getValue());
                    object.put("example", trials.example(channel.getKey()));
                    return (Map<String, Object>) object;
                })
                .toList();
    }

    /** All channels that live peers have announced. */
    private TreeMap<String, String> styles() {
        var styles = new TreeMap<String, String>();
        model.peers().stream()
                .filter(peer -> peer.condition() != MeshModel.Condition.GONE)
                .forEach(peer -> styles.putAll(peer.channels()));
        return styles;
    }

    private Map<String, ?> tryOut(Map<String, Object> body) throws InterruptedException {
        Trial trial = trial(body);
        if (!trying.tryAcquire()) {
            throw new ProblemException(503, "too-many", "No more than " + MOST_TRIALS + " can be tried at a time.");
        }
        try {
            return trials.run(trial);
        } finally {
            trying.release();
        }
    }

    private Trial trial(Map<String, Object> body) {
        String channel = text(body, "channel");
        String style = styles().get(channel);
        if (style == null) {
            throw new ProblemException(404, "no-such-channel", "No peer here has a channel " + channel + ".");
        }
        String payload = body.get("body") instanceof String text ? text : "";
        try {
            Json.check(payload);
        } catch (NotJsonException e) {
            throw new ProblemException(400, "not-json", "The body is not JSON: " + e.getMessage() + ".");
        }
        long millis = body.get("limitMillis") instanceof Number number ? number.longValue() : 5_000;
        if (millis < LEAST_MILLIS || millis > MOST_MILLIS) {
            throw new ProblemException(
                    400,
                    "bad-parameter",
                    "Expected a limit between " + LEAST_MILLIS + " ms and " + MOST_MILLIS + " ms.");
        }
        String type = text(body, "type");
        return new Trial(
                channel, style, payload, type.isEmpty() ? "JSON" : type, text(body, "name"), Duration.ofMillis(millis));
    }

    private static String text(Map<String, Object> body, String name) {
        return bounded(name, body.get(name) instanceof String text ? text : "");
    }

    private static String bounded(String name, String text) {
        if (text.length() > MOST_NAME) {
            throw new ProblemException(
                    400, "bad-parameter", "Expected " + name + " of " + MOST_NAME + " characters at most.");
        }
        return text;
    }
}
