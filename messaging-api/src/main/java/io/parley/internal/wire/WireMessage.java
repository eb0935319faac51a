package io.parley.internal.wire;

import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is on the wire: the fields as the protocol names them, and the payload as a stretch of a larger array.
 *
 * <p>Filled once by whoever makes it (the decoder, or the sending endpoint) and only read afterwards.
 */
public class WireMessage {

    private static final byte[] NOTHING = {};
    private static final long LONGEST = 0xFFFF_FFFFL;

    public final SharedFields head;
    public final MessageId id;
    public @Nullable MessageId inReplyTo;
    private @Nullable OptionalFields details;
    /** Its own number, and that of the one before it; null for what is not published. */
    private long @Nullable [] numbers;
    /** Milliseconds, as 32 bits without a sign, if there is a deadline. */
    private int remaining;

    private boolean hasDeadline;

    /** Whether the message says {@link #sentAt}. */
    private boolean saysSentAt;

    /** When {@link #remaining} was reckoned, in microseconds by its sender's clock; 0 if that is not known. */
    private long sentAt;

    private byte[] octets = NOTHING;
    private int payloadOffset;
    private int payloadLength;
    /** What the envelope takes on the wire, its length field included; set by the decoder. */
    public int envelopeSize;

    public WireMessage(SharedFields head, MessageId id) {
        this.head = head;
        this.id = id;
    }

    public final WireMessage payload(byte[] payload) {
        return payload(payload, 0, payload.length);
    }

    WireMessage payload(byte[] octets, int offset, int length) {
        this.octets = octets;
        payloadOffset = offset;
        payloadLength = length;
        return this;
    }

    void payload(ChunkedPayload apart, int length) {
        details().apart = apart;
        payloadLength = length;
    }

    /**
     * An array in which the payload lies, from {@link #payloadOffset} on. If it arrived in chunks it is put together now, by whoever asks
     * first, which takes its time: it is not done in the I/O context for somebody who handles it elsewhere.
     */
    public final byte[] octets() {
        OptionalFields known = details;
        ChunkedPayload apart = known == null ? null : known.apart;
        if (known != null && apart != null) {
            octets = apart.join();
            payloadOffset = 0;
            known.apart = null;
        }
        return octets;
    }

    /** Where the payload begins in {@link #octets()}, once that was asked for. */
    public final int payloadOffset() {
        return payloadOffset;
    }

    public final int payloadLength() {
        return payloadLength;
    }

    /** Whether its payload was dropped as it arrived in chunks: there was no memory for it. */
    public final boolean isCut() {
        OptionalFields known = details;
        return known != null && known.isCut;
    }

    /** The payload, as an array of its own. */
    public final byte[] copyOfPayload() {
        byte[] all = octets();
        return Arrays.copyOfRange(all, payloadOffset, payloadOffset + payloadLength);
    }

    /** Copies a part of the payload, without putting together what arrived in chunks. */
    public final void copyPayload(int from, byte[] to, int at, int length) {
        ChunkedPayload apart = details == null ? null : details.apart;
        if (apart == null) {
            System.arraycopy(octets, payloadOffset + from, to, at, length);
        } else {
            apart.copy(from, to, at, length);
        }
    }

    /** The same message under another head, to be passed on. What is changed of either afterwards does not change the other. */
    public final WireMessage withHead(SharedFields other) {
        var copy = new WireMessage(other, id);
        copy.fillFrom(this);
        if (details != null) {
            copy.details = details.copy();
        }
        return copy;
    }

    /** Adds one of the application's own headers. */
    public final void addHeader(String name, String value) {
        OptionalFields to = details();
        to.headers = new LinkedHashMap<>(to.headers);
        to.headers.put(name, value);
    }

    /** Holds no more memory than its payload takes: no frame that it came in. */
    public final void compact() {
        boolean isApart = details != null && details.apart != null;
        if (!isApart && octets.length > payloadLength) {
            payload(copyOfPayload());
        }
    }

    /** Forgets all but its head, its id and its conversation. */
    public final void strip() {
        payload(NOTHING);
        String correlation = correlation();
        details = null;
        if (correlation != null) {
            details().correlation = correlation;
        }
    }

    /** Milliseconds until the deadline, or -1 if there is none. */
    public final long remaining() {
        return hasDeadline ? remaining & LONGEST : -1;
    }

    /** Less than 0 is for none; what is longer than some 49 days is cut to that. */
    public final void remaining(long millis) {
        hasDeadline = millis >= 0;
        remaining = (int) Math.min(millis, LONGEST);
    }

    public final boolean hasDeadline() {
        return hasDeadline;
    }

    /** As {@link #remaining(long)}, reckoned at {@code micros}, more than 0, by the clock that the other side is told of. */
    public final void remaining(long millis, long micros) {
        remaining(millis);
        sentAt = micros;
    }

    /** When its remaining time was reckoned, in microseconds by its sender's clock; 0 if that is not known. */
    public final long reckonedAt() {
        return sentAt;
    }

    /** As {@link #reckonedAt}, but 0 if it does not say so. */
    public final long sentAt() {
        return saysSentAt ? sentAt : 0;
    }

    /** Has it say when its remaining time was reckoned, or not. A copy does not say it. */
    public final void saySentAt(boolean says) {
        saysSentAt = says;
    }

    /** Has it say that its remaining time was reckoned at {@code micros}; 0 for a message that does not say it. */
    public final void sentAt(long micros) {
        sentAt = micros;
        saysSentAt = micros != 0;
    }

    /** 0 if it has none. */
    public final long number() {
        return numbers == null ? 0 : numbers[0];
    }

    public final long previous() {
        return numbers == null ? 0 : numbers[1];
    }

    public final void number(long number, long previous) {
        numbers = new long[] {number, previous};
    }

    /** Says the same as {@code other}, which has the same head and id. */
    public final void fillFrom(WireMessage other) {
        inReplyTo = other.inReplyTo;
        details = other.details;
        numbers = other.numbers;
        hasDeadline = other.hasDeadline;
        remaining = other.remaining;
        octets = other.octets;
        payloadOffset = other.payloadOffset;
        payloadLength = other.payloadLength;
        envelopeSize = other.envelopeSize;
    }

    /** To be filled in. */
    public final OptionalFields details() {
        OptionalFields known = details;
        if (known == null) {
            known = new OptionalFields();
            details = known;
        }
        return known;
    }

    void details(OptionalFields filled) {
        details = filled;
    }

    /** Whether it says anything besides its head, its numbers and its deadline. */
    public final boolean hasDetails() {
        return details != null;
    }

    public final EnvelopeKind kind() {
        return head.kind();
    }

    public final int form() {
        return head.form();
    }

    public final @Nullable String channel() {
        return head.channel();
    }

    public final @Nullable String name() {
        return head.name();
    }

    public final @Nullable String correlation() {
        return known().correlation;
    }

    public final @Nullable MessageId causation() {
        return known().causation;
    }

    public final @Nullable String key() {
        return known().key;
    }

    public final @Nullable String traceparent() {
        return known().traceparent;
    }

    public final @Nullable String tracestate() {
        return known().tracestate;
    }

    public final @Nullable Aggregate aggregate() {
        return known().aggregate;
    }

    /** 0 if it is none. */
    public final int fault() {
        return known().fault;
    }

    public final @Nullable String faultName() {
        return known().faultName;
    }

    public final Map<String, String> applicationHeaders() {
        return known().headers;
    }

    /** What subscribers filter by: an event's name, if it has one. */
    public final String subject() {
        return head.subject();
    }

    /** The conversation this message belongs to: what its sender says, or else its own id. */
    public final String correlationOrId() {
        String correlation = known().correlation;
        return correlation != null ? correlation : id.toString();
    }

    private OptionalFields known() {
        OptionalFields known = details;
        return known == null ? OptionalFields.NONE : known;
    }
}
