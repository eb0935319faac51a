package io.parley.console.web;

import io.parley.console.json.Json;
import io.parley.console.web.MeshModel.SeenEdge;
import io.parley.console.web.MeshModel.SeenPeer;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The mesh at one moment, each part as JSON, so that what changed can be told from what did not. Immutable.
 *
 * @param peers by label
 * @param edges by {@code from|to|channel}
 * @param leftOut steps, in the last minute
 */
record MeshPicture(Instant at, Map<String, String> peers, Map<String, String> edges, long leftOut) {

    static final MeshPicture NOTHING = new MeshPicture(Instant.EPOCH, Map.of(), Map.of(), 0);

    static MeshPicture of(MeshModel model, List<SeenEdge> seen) {
        var peers = new LinkedHashMap<String, String>();
        Map<String, SortedMap<String, String>> circuits = model.circuits();
        model.peers()
                .forEach(peer -> peers.put(
                        peer.label(), json(peer, circuits.getOrDefault(peer.label(), Collections.emptySortedMap()))));
        var edges = new LinkedHashMap<String, String>();
        seen.forEach(edge -> edges.put(key(edge), json(edge)));
        return new MeshPicture(Instant.now(), peers, edges, model.leftOutLately());
    }

    /** What has changed since {@code earlier}, as JSON. */
    String since(MeshPicture earlier) {
        var text = new StringBuilder("{\"at\":\"")
                .append(at)
                .append("\",\"leftOut\":")
                .append(leftOut);
        changes(text, "peers", peers, earlier.peers);
        changes(text, "edges", edges, earlier.edges);
        return text.append('}').toString();
    }

    private static void changes(StringBuilder text, String name, Map<String, String> now, Map<String, String> before) {
        text.append(",\"").append(name).append("\":[");
        String comma = "";
        for (Map.Entry<String, String> part : now.entrySet()) {
            if (!part.getValue().equals(before.get(part.getKey()))) {
                text.append(comma).append(part.getValue());
                comma = ",";
            }
        }
        text.append("],\"").append(name).append("Gone\":[");
        comma = "";
        for (String key : before.keySet()) {
            if (!now.containsKey(key)) {
                text.append(comma).append(Json.quote(key));
                comma = ",";
            }
        }
        text.append(']');
    }

    static String key(SeenEdge edge) {
        return edge.from() + '|' + edge.to() + '|' + edge.channel();
    }

    private static String json(SeenPeer peer, SortedMap<String, String> circuits) {
        var object = new LinkedHashMap<String, Object>();
        object.put("label", peer.label());
        object.put("service", peer.service());
        object.put("instance", peer.instance());
        object.put("condition", peer.condition().name());
        object.put("since", peer.since().toString());
        object.put("changed", peer.changed().toString());
        object.put("address", peer.address());
        object.put("channels", peer.channels());
        if (!circuits.isEmpty()) {
            object.put("circuits", circuits);
        }
        return Json.write(object);
    }

    private static String json(SeenEdge edge) {
        var object = new LinkedHashMap<String, Object>();
        object.put("from", edge.from());
        object.put("to", edge.to());
        object.put("channel", edge.channel());
        object.put("style", edge.style());
        object.put("count", edge.count());
        object.put("errors", edge.errors());
        object.put("rate", rounded(edge.rate()));
        object.put("errorRate", rounded(edge.errorRate()));
        object.put("p50Nanos", edge.p50Nanos());
        object.put("p99Nanos", edge.p99Nanos());
        object.put("lastSeen", edge.lastSeen().toString());
        return Json.write(object);
    }

    private static double rounded(double rate) {
        return Math.round(rate * 100) / 100.0;
    }
}
