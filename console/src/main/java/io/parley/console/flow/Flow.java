package io.parley.console.flow;

import io.parley.console.json.Json;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One step of one message, as it is written to JSON lines and read from them. Immutable.
 *
 * @param peer the peer that took the step, {@code service/instance}
 * @param nanos how long it took; 0 for steps that take no time
 * @param detail what went wrong, if something did; else empty
 */
public record Flow(
        FlowStep step,
        Instant at,
        String peer,
        String channel,
        String style,
        String type,
        String id,
        String correlationId,
        String from,
        String to,
        long nanos,
        String detail) {

    public static Flow of(String peer, FlowEvent event) {
        return new Flow(
                event.step(),
                event.at(),
                peer,
                event.channel().toString(),
                event.style().text(),
                event.messageType(),
                event.id().toString(),
                event.correlationId(),
                event.from(),
                event.to(),
                event.elapsedNanos(),
                event.detail() == null ? "" : event.detail());
    }

    public String toJson() {
        var flow = new LinkedHashMap<String, Object>();
        flow.put("step", step.name());
        flow.put("at", at.toString());
        flow.put("peer", peer);
        flow.put("channel", channel);
        flow.put("style", style);
        flow.put("type", type);
        flow.put("id", id);
        flow.put("correlationId", correlationId);
        flow.put("from", from);
        flow.put("to", to);
        flow.put("nanos", nanos);
        flow.put("detail", detail);
        return Json.write(Map.of("flow", flow));
    }

    /** The flow in what {@link #toJson} wrote, read as a map; empty if there is none. */
    public static Optional<Flow> from(Map<String, ?> line) {
        if (!(line.get("flow") instanceof Map<?, ?> flow)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Flow(
                    FlowStep.valueOf(text(flow, "step")),
                    Instant.parse(text(flow, "at")),
                    text(flow, "peer"),
                    text(flow, "channel"),
                    text(flow, "style"),
                    text(flow, "type"),
                    text(flow, "id"),
                    text(flow, "correlationId"),
                    text(flow, "from"),
                    text(flow, "to"),
                    flow.get("nanos") instanceof Number nanos ? nanos.longValue() : 0,
                    text(flow, "detail")));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String text(Map<?, ?> flow, String name) {
        return flow.get(name) instanceof String text ? text : "";
    }
}
