package io.parley.internal.wire;

import io.parley.internal.wire.Control.Chunk;
import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import java.util.Arrays;
import java.util.List;
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

    private static final byte[] NOTHING = {};

    public final Head head;
    public final MessageId id;
    /** Milliseconds, or -1 for no deadline. */
    public long remaining = -1;

    public @Nullable MessageId inReplyTo;
    public long number;
    public long previous;
    private @Nullable Details details;

    private byte[] octets = NOTHING;
    private int payloadOffset;
    /** The octets of a payload that arrived in chunks and was not put together yet; null for any other. */
    private @Nullable List<Chunk> pieces;

    private int payloadLength;
    /** What the envelope takes on the wire, its length field included; set by the decoder. */
    public int envelopeSize;

    public WireMessage(Head head, MessageId id) {
        this.head = head;
        this.id = id;
    }

    public WireMessage payload(byte[] payload) {
        return payload(payload, 0, payload.length);
    }

    WireMessage payload(byte[] octets, int offset, int length) {
        this.octets = octets;
        payloadOffset = offset;
        payloadLength = length;
        return this;
    }

    void payload(List<Chunk> pieces, int length) {
        this.pieces = pieces;
        payloadLength = length;
    }

    /**
     * An array in which the payload lies, from {@link #payloadOffset} on. If it arrived in chunks it is put together now, by whoever asks
     * first, which takes its time: it is not done in the I/O context for somebody who handles it elsewhere.
     */
    public byte[] octets() {
        List<Chunk> apart = pieces;
        if (apart != null) {
            byte[] whole = new byte[payloadLength];
            int at = 0;
            for (Chunk piece : apart) {
                System.arraycopy(piece.octets(), piece.offset(), whole, at, piece.length());
                at += piece.length();
            }
            pieces = null;
            octets = whole;
            payloadOffset = 0;
        }
        return octets;
    }

    /** Where the payload begins in {@link #octets()}, once that was asked for. */
    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /** The payload, as an array of its own. */
    public byte[] copyOfPayload() {
        byte[] all = octets();
        return Arrays.copyOfRange(all, payloadOffset, payloadOffset + payloadLength);
    }

    /** To be filled in. */
    public Details details() {
        Details known = details;
        if (known == null) {
            known = new Details();
            details = known;
        }
        return known;
    }

    void details(Details filled) {
        details = filled;
    }

    boolean hasDetails() {
        return details != null;
    }

    public EnvelopeKind kind() {
        return head.kind();
    }

    public int form() {
        return head.form();
    }

    public @Nullable String channel() {
        return head.channel();
    }

    public @Nullable String name() {
        return head.name();
    }

    public @Nullable String correlation() {
        return known().correlation;
    }

    public @Nullable MessageId causation() {
        return known().causation;
    }

    public @Nullable String key() {
        return known().key;
    }

    public @Nullable String traceparent() {
        return known().traceparent;
    }

    public @Nullable String tracestate() {
        return known().tracestate;
    }

    public @Nullable Aggregate aggregate() {
        return known().aggregate;
    }

    /** 0 if it is none. */
    public int fault() {
        return known().fault;
    }

    public @Nullable String faultName() {
        return known().faultName;
    }

    public Map<String, String> headers() {
        return known().headers;
    }

    /** What subscribers filter by: an event's name, if it has one. */
    public String subject() {
        String name = head.name();
        return head.form() == EVENT && name != null ? name : "";
    }

    /** The conversation this message belongs to: what its sender says, or else its own id. */
    public String correlationOrId() {
        String correlation = known().correlation;
        return correlation != null ? correlation : id.toString();
    }

    private Details known() {
        Details known = details;
        return known == null ? Details.NONE : known;
    }
}
