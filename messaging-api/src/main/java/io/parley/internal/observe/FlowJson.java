package io.parley.internal.observe;

import io.parley.observe.FlowEvent;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerFlow;

/** Flow events as JSON, as docs/observe.md describes it. Stateless. */
public final class FlowJson {

    private FlowJson() {}

    /**
     * Writes one event.
     *
     * @param peer who took the step
     */
    public static void write(JsonText out, String peer, FlowEvent event) {
        out.beginObject()
                .field("step", event.step().name())
                .field("at", event.at().toString())
                .field("nanoTime", event.nanoTime())
                .field("peer", peer);
        String detail = event.detail();
        if (event instanceof MessageFlow message) {
            out.field("channel", message.channel().toString())
                    .field("style", message.style().text())
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
        } else if (event instanceof PeerFlow of) {
            out.field("to", of.other());
        }
        out.field("detail", detail == null ? "" : detail);
        out.endObject();
    }
}
