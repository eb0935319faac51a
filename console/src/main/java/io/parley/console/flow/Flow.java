package io.parley.console.flow;

import io.parley.console.json.Json;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerFlow;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One step of one message, or of a peer, as it is written to JSON and read from it. Immutable.
 *
 * @param nanoTime when, by the monotonic clock of the peer
 * @param peer the peer that took the step, {@code service/instance}
 * @param channel empty if the step is about a peer, as are the other fields of a message
 * @param kind document, command or event; empty where that is not known
 * @param to of a step that is about a peer, that peer
 * @param nanos how long it took; 0 for steps that take no time
 * @param bytes the payload's size
 * @param weight how many messages this one stands for
 * @param detail what went wrong, if something did; else empty
 * @param contents what was told of the message's insides
 */
public record Flow(
        FlowStep step,
        Instant at,
        long nanoTime,
        String peer,
        String channel,
        String style,
        String kind,
        String type,
        String id,
        String correlationId,
        String causationId,
        String from,
        String to,
        int attempt,
        long nanos,
        int bytes,
        int weight,
        String detail,
        Contents contents) {

    public static Flow of(String peer, FlowEvent event) {
        String detail = event.detail() == null ? "" : event.detail();
        if (event instanceof MessageFlow message) {
            return new Flow(
                    event.step(),
                    event.at(),
                    event.nanoTime(),
                    peer,
                    message.channel().toString(),
                    message.style().text(),
                    message.kind() == null ? "" : message.kind().text(),
                    message.messageType(),
                    message.id().toString(),
                    message.correlationId(),
                    message.causationId() == null ? "" : message.causationId().toString(),
                    message.from(),
                    message.to(),
                    message.attempt(),
                    message.elapsedNanos(),
                    message.bytes(),
                    message.weight(),
                    detail,
                    Contents.NONE);
        }
        String other = event instanceof PeerFlow of ? of.other() : "";
        return new Flow(
                event.step(),
                event.at(),
                event.nanoTime(),
                peer,
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                other,
                0,
                0,
                0,
                1,
                detail,
                Contents.NONE);
    }

    /** The flow's fields, as docs/observe.md describes them. */
    public Map<String, Object> fields() {
        var flow = new LinkedHashMap<String, Object>();
        flow.put("step", step.name());
        flow.put("at", at.toString());
        flow.put("nanoTime", nanoTime);
        flow.put("peer", peer);
        flow.put("channel", channel);
        flow.put("style", style);
        flow.put("kind", kind);
        flow.put("type", type);
        flow.put("id", id);
        flow.put("correlationId", correlationId);
        flow.put("causationId", causationId);
        flow.put("from", from);
        flow.put("to", to);
        flow.put("attempt", attempt);
        flow.put("elapsedNanos", nanos);
        flow.put("bytes", bytes);
        flow.put("weight", weight);
        flow.put("detail", detail);
        contents.addTo(flow);
        return flow;
    }

    public String toJson() {
        return Json.write(Map.of("flow", fields()));
    }

    /** The flow in what {@link #toJson} wrote, read as a map; empty if there is none. */
    public static Optional<Flow> from(Map<String, ?> line) {
        return line.get("flow") instanceof Map<?, ?> flow ? ofFields(flow) : Optional.empty();
    }

    /** The flow that has these fields; empty if they make none, or one of a kind that is not known here. */
    public static Optional<Flow> ofFields(Map<?, ?> flow) {
        try {
            return Optional.of(new Flow(
                    FlowStep.valueOf(text(flow, "step")),
                    Instant.parse(text(flow, "at")),
                    number(flow, "nanoTime"),
                    text(flow, "peer"),
                    text(flow, "channel"),
                    text(flow, "style"),
                    text(flow, "kind"),
                    text(flow, "type"),
                    text(flow, "id"),
                    text(flow, "correlationId"),
                    text(flow, "causationId"),
                    text(flow, "from"),
                    text(flow, "to"),
                    (int) number(flow, "attempt"),
                    number(flow, "elapsedNanos"),
                    (int) number(flow, "bytes"),
                    (int) Math.max(1, number(flow, "weight")),
                    text(flow, "detail"),
                    Contents.ofFields(flow)));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String text(Map<?, ?> flow, String name) {
        return flow.get(name) instanceof String text ? text : "";
    }

    private static long number(Map<?, ?> flow, String name) {
        return flow.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
