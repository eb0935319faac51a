package io.parley.internal.recorder;

import io.parley.observe.FlowEvent;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerFlow;
import org.jspecify.annotations.Nullable;

/** Flow events as JSON, as docs/observe.md describes it. Stateless. */
public final class FlowJson {

    private FlowJson() {}

    /**
     * Writes one event.
     *
     * @param peer who took the step
     * @param payloads what is shown of payloads and headers; null if nothing is
     */
    public static void write(JsonText out, String peer, FlowEvent event, @Nullable Payloads payloads) {
        out.beginObject()
                .field("step", event.step().name())
                .field("at", event.at().toString())
                .field("nanoTime", event.nanoTime())
                .field("peer", peer);
        String detail = event.detail();
        if (event instanceof MessageFlow message) {
            out.field("channel", message.channel().toString())
                    .field("style", message.style().text())
                    .field("kind", message.kind() == null ? "" : message.kind().text())
                    .field("type", message.messageType())
                    .field("id", message.id().toString())
                    .field("correlationId", message.correlationId())
                    .field(
                            "causationId",
                            message.causationId() == null
                                    ? ""
                                    : message.causationId().toString())
                    .field("from", message.from())
                    .field("to", message.to())
                    .field("attempt", message.attempt())
                    .field("elapsedNanos", message.elapsedNanos())
                    .field("bytes", message.bytes())
                    .field("weight", message.weight());
            if (payloads != null) {
                writeShown(out, payloads, message);
            }
        } else if (event instanceof PeerFlow of) {
            out.field("to", of.other());
        }
        out.field("detail", detail == null ? "" : detail);
        out.endObject();
    }

    private static void writeShown(JsonText out, Payloads payloads, MessageFlow message) {
        String headers = payloads.headers(message.id());
        if (headers != null) {
            out.raw(headers);
        }
        String payload = payload(payloads, message);
        if (payload != null) {
            out.name("payload").raw(payload);
        }
    }

    private static @Nullable String payload(Payloads payloads, MessageFlow message) {
        return switch (message.step()) {
            case SENT, RECEIVED -> payloads.json(message.id(), false);
            case REPLIED, ANSWERED -> payloads.json(message.id(), true);
            default -> null;
        };
    }
}
