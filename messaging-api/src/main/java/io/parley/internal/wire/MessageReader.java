package io.parley.internal.wire;

import static io.parley.internal.wire.FieldTags.AGGREGATE;
import static io.parley.internal.wire.FieldTags.ANYWHERE;
import static io.parley.internal.wire.FieldTags.CAUSATION;
import static io.parley.internal.wire.FieldTags.CHANGES;
import static io.parley.internal.wire.FieldTags.CHANNEL;
import static io.parley.internal.wire.FieldTags.CONTENT_TYPE;
import static io.parley.internal.wire.FieldTags.CORRELATION;
import static io.parley.internal.wire.FieldTags.FAULT;
import static io.parley.internal.wire.FieldTags.FAULT_NAME;
import static io.parley.internal.wire.FieldTags.FIRST_OPTIONAL;
import static io.parley.internal.wire.FieldTags.HEADER;
import static io.parley.internal.wire.FieldTags.IN_REPLY_TO;
import static io.parley.internal.wire.FieldTags.KEY;
import static io.parley.internal.wire.FieldTags.MAX_CHANNEL;
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
import static io.parley.internal.wire.FieldTags.bits;

import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of messages. Stateless, but for the cache of texts that recur. */
final class MessageReader {

    private MessageReader() {}

    /** Reads a message in full. */
    static WireMessage read(EnvelopeKind kind, WireReader in, TextCache texts, FrameVisitor visitor)
            throws MalformedFrameException {
        MessageId id = readId(in, "id");
        var fields = new Fields();
        fields.form = in.u8("form");
        if (fields.form > MessageForm.EVENT) {
            throw new MalformedFrameException("unknown form " + fields.form);
        }
        readFields(fields, in, texts);
        requireFields(kind, fields);
        WireMessage message = fields.message(kind, id, visitor);
        readPayload(message, in);
        return message;
    }

    /** Reads a message that repeats {@code earlier}. */
    static WireMessage readRepeat(WireMessage earlier, WireReader in, TextCache texts, FrameVisitor visitor)
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
                | (message.form() == MessageForm.EVENT ? bits(AGGREGATE) : 0);
        int misplaced = changes.present & ~may;
        if (misplaced != 0) {
            throw new MalformedFrameException("REPEAT of " + message.kind() + " with a misplaced field "
                    + Integer.numberOfTrailingZeros(misplaced));
        }
        if (mayRemain) {
            message.remaining(changes.remaining);
        }
        message.sentAt(changes.sentAt);
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
                fields.number = in.count("number");
                fields.previous = in.count("number");
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
            case SENT_AT -> {
                // Of another length it is a field of somebody else's, to be skipped as any that is not known.
                if (in.remaining() == Long.BYTES) {
                    fields.sentAt = in.u64("sent-at");
                }
                in.skipRest();
            }
            default -> {
                if (tag < FIRST_OPTIONAL) {
                    throw new MalformedFrameException("unknown field " + tag);
                }
                in.skipRest();
            }
        }
    }

    private static void readHeader(OptionalFields details, WireReader in) throws MalformedFrameException {
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
        long number = in.count("number");
        long previous = in.count("number");
        requireRising(previous, number);
        message.number(number, previous);
    }

    private static void requireRising(long previous, long number) throws MalformedFrameException {
        if (previous >= number) {
            throw new MalformedFrameException("number is not above the previous one");
        }
    }

    /** What stands in the fields of one message, in the making. */
    private static final class Fields {

        private int form;
        private int present;
        private @Nullable String channel;
        private long remaining = -1;
        private long sentAt;
        private @Nullable MessageId inReplyTo;
        private @Nullable String type;
        private @Nullable String contentType;
        private @Nullable String name;
        private long number;
        private long previous;
        private @Nullable PeerName returnAddress;
        private @Nullable PeerName sender;
        private @Nullable OptionalFields details;

        private OptionalFields details() {
            OptionalFields known = details;
            if (known == null) {
                known = new OptionalFields();
                details = known;
            }
            return known;
        }

        private WireMessage message(EnvelopeKind kind, MessageId id, FrameVisitor visitor) {
            var head = new SharedFields(kind, form, channel, type, contentType, name, returnAddress, sender);
            WireMessage message = visitor.messageOf(head, id);
            message.remaining(remaining);
            message.sentAt(sentAt);
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
        if (fields.form == MessageForm.COMMAND) {
            must |= bits(NAME);
        } else if (fields.form == MessageForm.EVENT) {
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

    private static MessageId inReplyTo(WireMessage answer) {
        MessageId question = answer.inReplyTo;
        if (question == null) {
            throw new IllegalArgumentException(answer.kind() + " to nothing");
        }
        return question;
    }
}
