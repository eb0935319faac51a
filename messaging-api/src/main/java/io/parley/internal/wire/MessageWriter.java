package io.parley.internal.wire;

import static io.parley.internal.wire.FieldTags.AGGREGATE;
import static io.parley.internal.wire.FieldTags.CAUSATION;
import static io.parley.internal.wire.FieldTags.CHANNEL;
import static io.parley.internal.wire.FieldTags.CONTENT_TYPE;
import static io.parley.internal.wire.FieldTags.CORRELATION;
import static io.parley.internal.wire.FieldTags.FAULT;
import static io.parley.internal.wire.FieldTags.FAULT_NAME;
import static io.parley.internal.wire.FieldTags.HEADER;
import static io.parley.internal.wire.FieldTags.IN_REPLY_TO;
import static io.parley.internal.wire.FieldTags.KEY;
import static io.parley.internal.wire.FieldTags.MAX_CHANNEL;
import static io.parley.internal.wire.FieldTags.MAX_FIELDS;
import static io.parley.internal.wire.FieldTags.MAX_TEXT;
import static io.parley.internal.wire.FieldTags.MAX_TRACESTATE;
import static io.parley.internal.wire.FieldTags.NAME;
import static io.parley.internal.wire.FieldTags.NUMBER;
import static io.parley.internal.wire.FieldTags.REMAINING;
import static io.parley.internal.wire.FieldTags.RETURN_ADDRESS;
import static io.parley.internal.wire.FieldTags.SENDER;
import static io.parley.internal.wire.FieldTags.SENT_AT;
import static io.parley.internal.wire.FieldTags.TRACEPARENT;
import static io.parley.internal.wire.FieldTags.TRACESTATE;
import static io.parley.internal.wire.FieldTags.TYPE;

import io.parley.failure.UnencodableException;
import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the bodies of messages. Stateless. */
final class MessageWriter {

    private MessageWriter() {}

    /** Writes all that {@code message} says. */
    static void write(WireMessage message, WireWriter out) {
        SharedFields head = message.head;
        writeId(message.id, out);
        out.u8(head.form());
        int fields = out.size();
        out.u16(0);
        writeText(CHANNEL, head.channel(), MAX_CHANNEL, out);
        writeRemaining(message, out);
        writeIdField(IN_REPLY_TO, message.inReplyTo, out);
        writeText(CORRELATION, message.correlation(), MAX_TEXT, out);
        writeIdField(CAUSATION, message.causation(), out);
        writeText(TYPE, head.type(), MAX_TEXT, out);
        writeText(CONTENT_TYPE, head.contentType(), MAX_TEXT, out);
        writeText(KEY, message.key(), MAX_TEXT, out);
        writeText(TRACEPARENT, message.traceparent(), MAX_TEXT, out);
        writeText(TRACESTATE, message.tracestate(), MAX_TRACESTATE, out);
        writeText(NAME, head.name(), MAX_TEXT, out);
        writeAggregate(message, out);
        if (message.number() != 0) {
            out.u8(NUMBER);
            out.u16(16);
            out.u64(message.number());
            out.u64(message.previous());
        }
        if (message.fault() != 0) {
            out.u8(FAULT);
            out.u16(1);
            out.u8(message.fault());
        }
        writeText(FAULT_NAME, message.faultName(), MAX_TEXT, out);
        writeName(RETURN_ADDRESS, head.returnAddress(), out);
        writeName(SENDER, head.sender(), out);
        writeHeaders(message.applicationHeaders(), out);
        writeSentAt(message, out);
        closeFields(fields, out);
    }

    /** Writes what {@code message} says besides its head, which the frame's message at {@code index} has said. */
    static void writeRepeat(int index, WireMessage message, WireWriter out) {
        out.u8(index);
        out.u64(message.id.sequence());
        EnvelopeKind kind = message.kind();
        boolean remains = message.hasDeadline();
        switch (kind) {
            case REQUEST -> {
                out.u32(octetsOf(message.remaining()));
                remains = false;
            }
            case REPLY, RESPONSE -> out.u64(inReplyTo(message).sequence());
            case EVENT, SURVEY -> {
                out.u64(message.number());
                out.u64(message.previous());
                if (kind == EnvelopeKind.SURVEY) {
                    out.u32(octetsOf(message.remaining()));
                    remains = false;
                }
            }
            default -> {
                // A one-way message has nothing that each has and each otherwise.
            }
        }
        int fields = out.size();
        out.u16(0);
        if (remains || message.hasDetails() || message.sentAt() != 0) {
            if (remains) {
                writeRemaining(message, out);
            }
            writeText(CORRELATION, message.correlation(), MAX_TEXT, out);
            writeIdField(CAUSATION, message.causation(), out);
            writeText(KEY, message.key(), MAX_TEXT, out);
            writeText(TRACEPARENT, message.traceparent(), MAX_TEXT, out);
            writeText(TRACESTATE, message.tracestate(), MAX_TRACESTATE, out);
            writeAggregate(message, out);
            writeHeaders(message.applicationHeaders(), out);
            writeSentAt(message, out);
            closeFields(fields, out);
        }
    }

    private static void closeFields(int fields, WireWriter out) {
        int length = out.size() - fields - 2;
        if (length > MAX_FIELDS) {
            throw new UnencodableException(
                    "The headers take " + length + " octets; at most " + MAX_FIELDS + " will do");
        }
        out.putU16(fields, length);
    }

    private static void writeRemaining(WireMessage message, WireWriter out) {
        if (message.hasDeadline()) {
            out.u8(REMAINING);
            out.u16(4);
            out.u32(octetsOf(message.remaining()));
        }
    }

    private static void writeSentAt(WireMessage message, WireWriter out) {
        if (message.sentAt() != 0) {
            out.u8(SENT_AT);
            out.u16(Long.BYTES);
            out.u64(message.sentAt());
        }
    }

    private static int octetsOf(long remaining) {
        return (int) Math.min(remaining, 0xFFFF_FFFFL);
    }

    private static void writeAggregate(WireMessage message, WireWriter out) {
        Aggregate aggregate = message.aggregate();
        if (aggregate != null) {
            writePair(AGGREGATE, aggregate.type(), aggregate.id(), out);
        }
    }

    private static MessageId inReplyTo(WireMessage answer) {
        MessageId question = answer.inReplyTo;
        if (question == null) {
            throw new IllegalArgumentException(answer.kind() + " to nothing");
        }
        return question;
    }

    private static void writeId(MessageId id, WireWriter out) {
        out.u64(id.incarnation());
        out.u64(id.sequence());
    }

    private static void writeIdField(int tag, @Nullable MessageId id, WireWriter out) {
        if (id != null) {
            out.u8(tag);
            out.u16(16);
            writeId(id, out);
        }
    }

    private static void writeText(int tag, @Nullable String text, int most, WireWriter out) {
        if (text == null) {
            return;
        }
        out.u8(tag);
        int at = out.size();
        out.u16(0);
        int length = out.text(text);
        if (length == 0 || length > most) {
            throw new UnencodableException("A header takes " + length + " octets; 1 to " + most + " will do");
        }
        out.putU16(at, length);
    }

    private static void writeName(int tag, @Nullable PeerName name, WireWriter out) {
        if (name != null) {
            writePair(tag, name.service(), name.instance(), out);
        }
    }

    private static void writePair(int tag, String first, String second, WireWriter out) {
        out.u8(tag);
        int at = out.size();
        out.u16(0);
        out.text8(first);
        out.text8(second);
        out.putU16(at, out.size() - at - 2);
    }

    private static void writeHeaders(Map<String, String> headers, WireWriter out) {
        headers.forEach((name, value) -> {
            out.u8(HEADER);
            int at = out.size();
            out.u16(0);
            out.text8(name);
            out.text(value);
            int length = out.size() - at - 2;
            if (name.isEmpty() || length > MAX_FIELDS) {
                throw new UnencodableException("The header \"" + name + "\" has no name or takes too much room");
            }
            out.putU16(at, length);
        });
    }
}
