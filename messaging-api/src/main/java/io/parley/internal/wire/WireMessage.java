package io.parley.internal.wire;

import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is on the wire: the fields as the protocol names them, and the payload as a stretch of a larger array.
 *
 * <p>Filled once by whoever makes it (the decoder, or the sending endpoint) and only read afterwards.
 */
public final class WireMessage {

    /** The form octet. */
    public static final int DOCUMENT = 0;

    public static final int COMMAND = 1;
    public static final int EVENT = 2;

    public final EnvelopeKind kind;
    public final MessageId id;
    public int form;
    public @Nullable String channel;
    /** Milliseconds, or -1 for no deadline. */
    public long remaining = -1;

    public @Nullable MessageId inReplyTo;
    public @Nullable String correlation;
    public @Nullable MessageId causation;
    public @Nullable String type;
    public @Nullable String contentType;
    public @Nullable String key;
    public @Nullable String traceparent;
    public @Nullable String tracestate;
    public @Nullable String name;
    public @Nullable Aggregate aggregate;
    public long number;
    public long previous;
    public int fault;
    public @Nullable String faultName;
    public @Nullable PeerName returnAddress;
    public @Nullable PeerName sender;
    public Map<String, String> headers = Map.of();

    public byte[] octets = {};
    public int payloadOffset;
    public int payloadLength;
    /** What the envelope takes on the wire, its length field included; set by the decoder. */
    public int envelopeSize;

    public WireMessage(EnvelopeKind kind, MessageId id) {
        this.kind = kind;
        this.id = id;
    }

    public WireMessage payload(byte[] payload) {
        octets = payload;
        payloadOffset = 0;
        payloadLength = payload.length;
        return this;
    }

    void addHeader(String name, String value) {
        if (headers.isEmpty()) {
            headers = new LinkedHashMap<>();
        }
        headers.put(name, value);
    }

    /** What subscribers filter by: an event's name, if it has one. */
    public String subject() {
        return form == EVENT && name != null ? name : "";
    }

    /** The conversation this message belongs to: what its sender says, or else its own id. */
    public String correlationOrId() {
        return correlation != null ? correlation : id.toString();
    }
}
