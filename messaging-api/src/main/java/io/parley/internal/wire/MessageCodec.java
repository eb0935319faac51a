package io.parley.internal.wire;

import io.parley.failure.UnencodableException;
import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies of messages. Stateless, but for the cache of texts that recur. */
final class MessageCodec {

    private static final int CHANNEL = 0x01;
    private static final int REMAINING = 0x02;
    private static final int IN_REPLY_TO = 0x03;
    private static final int CORRELATION = 0x04;
    private static final int CAUSATION = 0x05;
    private static final int TYPE = 0x06;
    private static final int CONTENT_TYPE = 0x07;
    private static final int KEY = 0x08;
    private static final int TRACEPARENT = 0x09;
    private static final int TRACESTATE = 0x0A;
    private static final int NAME = 0x0B;
    private static final int AGGREGATE = 0x0C;
    private static final int NUMBER = 0x0D;
    private static final int FAULT = 0x0E;
    private static final int FAULT_NAME = 0x0F;
    private static final int RETURN_ADDRESS = 0x10;
    private static final int SENDER = 0x11;
    private static final int HEADER = 0x40;
    private static final int FIRST_OPTIONAL = 0x80;

    /** One bit for each of these tags: the fields that any message may have, whatever its kind and form. */
    private static final int ANYWHERE =
            bits(CORRELATION, CAUSATION, TYPE, CONTENT_TYPE, KEY, TRACEPARENT, TRACESTATE, SENDER);

    /** The fields that may tell a message from the one that it repeats, whatever its kind and form; a header always may. */
    private static final int CHANGES = bits(CORRELATION, CAUSATION, KEY, TRACEPARENT, TRACESTATE);

    private static final int MAX_CHANNEL = 191;
    private static final int MAX_TEXT = 255;
    private static final int MAX_TRACESTATE = 512;
    private static final int MAX_FIELDS = 0xFFFF;

    private MessageCodec() {}

    /** Writes all that {@code message} says. */
    static void write(WireMessage message, WireWriter out) {
        Head head = message.head;
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
        if (remains || message.hasDetails()) {
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

    /** Reads a message in full. */
    static WireMessage read(EnvelopeKind kind, WireReader in, TextCache texts, Frames.Visitor visitor)
            throws MalformedFrameException {
        MessageId id = readId(in, "id");
        var fields = new Fields();
        fields.form = in.u8("form");
        if (fields.form > WireMessage.EVENT) {
            throw new MalformedFrameException("unknown form " + fields.form);
        }
        readFields(fields, in, texts);
        requireFields(kind, fields);
        WireMessage message = fields.message(kind, id, visitor);
        readPayload(message, in);
        return message;
    }

    /** Reads a message that repeats {@code earlier}. */
    static WireMessage readRepeat(WireMessage earlier, WireReader in, TextCache texts, Frames.Visitor visitor)
            throws MalformedFrameException {
        long sequence = sequence(in, "sequence");
        WireMessage message = visitor.messageOf(earlier.head, new MessageId(earlier.id.incarnation(), sequence));
        EnvelopeKind kind = earlier.kind();
        switch (kind) {
            case REQUEST -> message.remaining(in.u32("remaining"));
            case REPLY, RESPONSE ->
                message.inReplyTo = new MessageId(inReplyTo(earlier).incarnation(), sequence(in, "in-reply-to"));
            case EVENT, SURVEY -> {
                readNumber(message, in);
                message.remaining(kind == EnvelopeKind.SURVEY ? in.u32("remaining") : -1);
            }
            case ONE_WAY -> {
                // Nothing varies in each.
            }
            default -> throw new MalformedFrameException(kind + " repeated");
        }
        if (in.u16("changes") != 0) {
            in.back(2);
            readChanges(message, in, texts);
        }
        readPayload(message, in);
        return message;
    }

    private static void readChanges(WireMessage message, WireReader in, TextCache texts)
            throws MalformedFrameException {
        var changes = new Fields();
        readFields(changes, in, texts);
        boolean mayRemain = message.kind() == EnvelopeKind.ONE_WAY || message.kind() == EnvelopeKind.EVENT;
        int may = CHANGES
                | (mayRemain ? bits(REMAINING) : 0)
                | (message.form() == WireMessage.EVENT ? bits(AGGREGATE) : 0);
        int misplaced = changes.present & ~may;
        if (misplaced != 0) {
            throw new MalformedFrameException("REPEAT of " + message.kind() + " with a misplaced field "
                    + Integer.numberOfTrailingZeros(misplaced));
        }
        if (mayRemain) {
            message.remaining(changes.remaining);
        }
        changes.fillDetails(message);
    }

    private static void readPayload(WireMessage message, WireReader in) throws MalformedFrameException {
        message.payload(in.octets(), in.position(), in.remaining());
        if (message.kind() == EnvelopeKind.FAULT) {
            in.restAsText("the text of FAULT");
        }
        in.skipRest();
    }

    /** Where the payload begins in the body of a message in full, as far as that can be seen from its beginning; -1 if it cannot. */
    static int payloadBegin(byte[] octets, int body, int end) {
        int fields = body + 2 * Long.BYTES + 1;
        if (fields + 2 > end) {
            return -1;
        }
        int begin = fields + 2 + ((octets[fields] & 0xFF) << 8 | (octets[fields + 1] & 0xFF));
        return begin <= end ? begin : -1;
    }

    private static void readFields(Fields fields, WireReader in, TextCache texts) throws MalformedFrameException {
        int envelopeEnd = in.narrow(in.u16("fields"), "fields");
        int last = -1;
        while (in.remaining() > 0) {
            int tag = in.u8("tag");
            if (tag < last || (tag == last && tag != HEADER)) {
                throw new MalformedFrameException("field " + tag + " after field " + last);
            }
            last = tag;
            fields.present |= tag <= SENDER ? bits(tag) : 0;
            int fieldsEnd = in.narrow(in.u16("field"), "field");
            readField(tag, fields, in, texts);
            in.requireEnd("field " + tag);
            in.widen(fieldsEnd);
        }
        in.widen(envelopeEnd);
    }

    private static void readField(int tag, Fields fields, WireReader in, TextCache texts)
            throws MalformedFrameException {
        switch (tag) {
            case CHANNEL -> fields.channel = texts.read(in, bounded(in, MAX_CHANNEL, "channel"));
            case REMAINING -> fields.remaining = in.u32("remaining");
            case IN_REPLY_TO -> fields.inReplyTo = readId(in, "in-reply-to");
            case CORRELATION -> fields.details().correlation = text(in, MAX_TEXT, "correlation");
            case CAUSATION -> fields.details().causation = readId(in, "causation");
            case TYPE -> fields.type = texts.read(in, bounded(in, MAX_TEXT, "type"));
            case CONTENT_TYPE -> fields.contentType = texts.read(in, bounded(in, MAX_TEXT, "content-type"));
            case KEY -> fields.details().key = text(in, MAX_TEXT, "key");
            case TRACEPARENT -> fields.details().traceparent = text(in, MAX_TEXT, "traceparent");
            case TRACESTATE -> fields.details().tracestate = text(in, MAX_TRACESTATE, "tracestate");
            case NAME -> fields.name = texts.read(in, bounded(in, MAX_TEXT, "name"));
            case AGGREGATE -> fields.details().aggregate = new Aggregate(in.text8("aggregate"), in.text8("aggregate"));
            case NUMBER -> {
                fields.number = in.u64("number");
                fields.previous = in.u64("number");
                requireRising(fields.previous, fields.number);
            }
            case FAULT -> {
                int fault = in.u8("fault");
                if (fault == 0) {
                    throw new MalformedFrameException("fault is 0");
                }
                fields.details().fault = fault;
            }
            case FAULT_NAME -> fields.details().faultName = text(in, MAX_TEXT, "fault-name");
            case RETURN_ADDRESS -> fields.returnAddress = readName(in);
            case SENDER -> fields.sender = readName(in);
            case HEADER -> readHeader(fields.details(), in);
            default -> {
                if (tag < FIRST_OPTIONAL) {
                    throw new MalformedFrameException("unknown field " + tag);
                }
                in.skipRest();
            }
        }
    }

    private static void readHeader(Details details, WireReader in) throws MalformedFrameException {
        String name = in.text8("header");
        if (name.isEmpty()) {
            throw new MalformedFrameException("header without a name");
        }
        if (details.headers.containsKey(name)) {
            throw new MalformedFrameException("a header twice");
        }
        details.addHeader(name, in.restAsText("header"));
    }

    private static void readNumber(WireMessage message, WireReader in) throws MalformedFrameException {
        long number = in.u64("number");
        long previous = in.u64("number");
        requireRising(previous, number);
        message.number(number, previous);
    }

    private static void requireRising(long previous, long number) throws MalformedFrameException {
        if (Long.compareUnsigned(previous, number) >= 0) {
            throw new MalformedFrameException("number is not above the previous one");
        }
    }

    /** What stands in the fields of one message, in the making. */
    private static final class Fields {

        private int form;
        private int present;
        private @Nullable String channel;
        private long remaining = -1;
        private @Nullable MessageId inReplyTo;
        private @Nullable String type;
        private @Nullable String contentType;
        private @Nullable String name;
        private long number;
        private long previous;
        private @Nullable PeerName returnAddress;
        private @Nullable PeerName sender;
        private @Nullable Details details;

        private Details details() {
            Details known = details;
            if (known == null) {
                known = new Details();
                details = known;
            }
            return known;
        }

        private WireMessage message(EnvelopeKind kind, MessageId id, Frames.Visitor visitor) {
            var head = new Head(kind, form, channel, type, contentType, name, returnAddress, sender);
            WireMessage message = visitor.messageOf(head, id);
            message.remaining(remaining);
            message.inReplyTo = inReplyTo;
            if (number != 0) {
                message.number(number, previous);
            }
            fillDetails(message);
            return message;
        }

        private void fillDetails(WireMessage message) {
            if (details != null) {
                message.details(details);
            }
        }
    }

    /** Each field where the protocol's table puts it, and nowhere else. */
    private static void requireFields(EnvelopeKind kind, Fields fields) throws MalformedFrameException {
        int must =
                switch (kind) {
                    case REQUEST -> bits(CHANNEL, REMAINING);
                    case ONE_WAY -> bits(CHANNEL);
                    case EVENT -> bits(CHANNEL, NUMBER);
                    case SURVEY -> bits(CHANNEL, REMAINING, NUMBER);
                    case REPLY, RESPONSE -> bits(IN_REPLY_TO);
                    case FAULT -> bits(IN_REPLY_TO, FAULT);
                    default -> throw new IllegalArgumentException(kind + " is no message");
                };
        int may =
                switch (kind) {
                    case REQUEST, SURVEY -> bits(RETURN_ADDRESS);
                    case ONE_WAY, EVENT -> bits(REMAINING);
                    case FAULT -> bits(FAULT_NAME);
                    default -> 0;
                };
        if (fields.form == WireMessage.COMMAND) {
            must |= bits(NAME);
        } else if (fields.form == WireMessage.EVENT) {
            may |= bits(NAME, AGGREGATE);
        }
        int missing = must & ~fields.present;
        if (missing != 0) {
            throw new MalformedFrameException(kind + " without field " + Integer.numberOfTrailingZeros(missing));
        }
        int misplaced = fields.present & ~(must | may | ANYWHERE);
        if (misplaced != 0) {
            throw new MalformedFrameException(
                    kind + " with a misplaced field " + Integer.numberOfTrailingZeros(misplaced));
        }
    }

    private static int bits(int... tags) {
        int bits = 0;
        for (int tag : tags) {
            bits |= 1 << tag;
        }
        return bits;
    }

    private static String text(WireReader in, int most, String what) throws MalformedFrameException {
        return in.restAsText(bounded(in, most, what));
    }

    private static String bounded(WireReader in, int most, String what) throws MalformedFrameException {
        if (in.remaining() == 0 || in.remaining() > most) {
            throw new MalformedFrameException(what + " has " + in.remaining() + " octets");
        }
        return what;
    }

    private static long sequence(WireReader in, String what) throws MalformedFrameException {
        long sequence = in.u64(what);
        if (sequence == 0) {
            throw new MalformedFrameException(what + " is 0");
        }
        return sequence;
    }

    private static MessageId readId(WireReader in, String what) throws MalformedFrameException {
        long incarnation = in.u64(what);
        long sequence = in.u64(what);
        if (incarnation == 0 || sequence == 0) {
            throw new MalformedFrameException(what + " has a part that is 0");
        }
        return new MessageId(incarnation, sequence);
    }

    private static PeerName readName(WireReader in) throws MalformedFrameException {
        return new PeerName(in.text8("service"), in.text8("instance"));
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
