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

    private static final int MAX_CHANNEL = 191;
    private static final int MAX_TEXT = 255;
    private static final int MAX_TRACESTATE = 512;
    private static final int MAX_FIELDS = 0xFFFF;

    private MessageCodec() {}

    static void write(WireMessage message, WireWriter out) {
        writeId(message.id, out);
        out.u8(message.form);
        int fields = out.size();
        out.u16(0);
        writeText(CHANNEL, message.channel, MAX_CHANNEL, out);
        if (message.remaining >= 0) {
            out.u8(REMAINING);
            out.u16(4);
            out.u32((int) Math.min(message.remaining, 0xFFFF_FFFFL));
        }
        writeIdField(IN_REPLY_TO, message.inReplyTo, out);
        writeText(CORRELATION, message.correlation, MAX_TEXT, out);
        writeIdField(CAUSATION, message.causation, out);
        writeText(TYPE, message.type, MAX_TEXT, out);
        writeText(CONTENT_TYPE, message.contentType, MAX_TEXT, out);
        writeText(KEY, message.key, MAX_TEXT, out);
        writeText(TRACEPARENT, message.traceparent, MAX_TEXT, out);
        writeText(TRACESTATE, message.tracestate, MAX_TRACESTATE, out);
        writeText(NAME, message.name, MAX_TEXT, out);
        if (message.aggregate != null) {
            writePair(AGGREGATE, message.aggregate.type(), message.aggregate.id(), out);
        }
        if (message.number != 0) {
            out.u8(NUMBER);
            out.u16(16);
            out.u64(message.number);
            out.u64(message.previous);
        }
        if (message.fault != 0) {
            out.u8(FAULT);
            out.u16(1);
            out.u8(message.fault);
        }
        writeText(FAULT_NAME, message.faultName, MAX_TEXT, out);
        writeName(RETURN_ADDRESS, message.returnAddress, out);
        writeName(SENDER, message.sender, out);
        if (!message.headers.isEmpty()) {
            writeHeaders(message.headers, out);
        }
        int length = out.size() - fields - 2;
        if (length > MAX_FIELDS) {
            throw new UnencodableException(
                    "The headers take " + length + " octets; at most " + MAX_FIELDS + " will do");
        }
        out.putU16(fields, length);
        out.bytes(message.octets, message.payloadOffset, message.payloadLength);
    }

    static WireMessage read(EnvelopeKind kind, WireReader in, TextCache texts) throws MalformedFrameException {
        var message = new WireMessage(kind, readId(in, "id"));
        message.form = in.u8("form");
        if (message.form > WireMessage.EVENT) {
            throw new MalformedFrameException("unknown form " + message.form);
        }
        int envelopeEnd = in.narrow(in.u16("fields"), "fields");
        int last = -1;
        int present = 0;
        while (in.remaining() > 0) {
            int tag = in.u8("tag");
            if (tag < last || (tag == last && tag != HEADER)) {
                throw new MalformedFrameException("field " + tag + " after field " + last);
            }
            last = tag;
            present |= tag <= SENDER ? bits(tag) : 0;
            int fieldsEnd = in.narrow(in.u16("field"), "field");
            readField(tag, message, in, texts);
            in.requireEnd("field " + tag);
            in.widen(fieldsEnd);
        }
        in.widen(envelopeEnd);
        requireFields(message, present);
        message.octets = in.octets();
        message.payloadOffset = in.position();
        message.payloadLength = in.remaining();
        if (kind == EnvelopeKind.FAULT) {
            in.restAsText("the text of FAULT");
        }
        in.skipRest();
        return message;
    }

    private static void readField(int tag, WireMessage message, WireReader in, TextCache texts)
            throws MalformedFrameException {
        switch (tag) {
            case CHANNEL -> message.channel = texts.read(in, bounded(in, MAX_CHANNEL, "channel"));
            case REMAINING -> message.remaining = in.u32("remaining");
            case IN_REPLY_TO -> message.inReplyTo = readId(in, "in-reply-to");
            case CORRELATION -> message.correlation = text(in, MAX_TEXT, "correlation");
            case CAUSATION -> message.causation = readId(in, "causation");
            case TYPE -> message.type = texts.read(in, bounded(in, MAX_TEXT, "type"));
            case CONTENT_TYPE -> message.contentType = texts.read(in, bounded(in, MAX_TEXT, "content-type"));
            case KEY -> message.key = text(in, MAX_TEXT, "key");
            case TRACEPARENT -> message.traceparent = text(in, MAX_TEXT, "traceparent");
            case TRACESTATE -> message.tracestate = text(in, MAX_TRACESTATE, "tracestate");
            case NAME -> message.name = texts.read(in, bounded(in, MAX_TEXT, "name"));
            case AGGREGATE -> message.aggregate = new Aggregate(in.text8("aggregate"), in.text8("aggregate"));
            case NUMBER -> {
                message.number = in.u64("number");
                message.previous = in.u64("number");
                if (Long.compareUnsigned(message.previous, message.number) >= 0) {
                    throw new MalformedFrameException("number is not above the previous one");
                }
            }
            case FAULT -> {
                message.fault = in.u8("fault");
                if (message.fault == 0) {
                    throw new MalformedFrameException("fault is 0");
                }
            }
            case FAULT_NAME -> message.faultName = text(in, MAX_TEXT, "fault-name");
            case RETURN_ADDRESS -> message.returnAddress = readName(in);
            case SENDER -> message.sender = readName(in);
            case HEADER -> {
                String name = in.text8("header");
                if (name.isEmpty()) {
                    throw new MalformedFrameException("header without a name");
                }
                if (message.headers.containsKey(name)) {
                    throw new MalformedFrameException("a header twice");
                }
                message.addHeader(name, in.restAsText("header"));
            }
            default -> {
                if (tag < FIRST_OPTIONAL) {
                    throw new MalformedFrameException("unknown field " + tag);
                }
                in.skipRest();
            }
        }
    }

    /** Each field where the protocol's table puts it, and nowhere else. */
    private static void requireFields(WireMessage message, int present) throws MalformedFrameException {
        int must =
                switch (message.kind) {
                    case REQUEST -> bits(CHANNEL, REMAINING);
                    case ONE_WAY -> bits(CHANNEL);
                    case EVENT -> bits(CHANNEL, NUMBER);
                    case SURVEY -> bits(CHANNEL, REMAINING, NUMBER);
                    case REPLY, RESPONSE -> bits(IN_REPLY_TO);
                    case FAULT -> bits(IN_REPLY_TO, FAULT);
                    default -> throw new IllegalArgumentException(message.kind + " is no message");
                };
        int may =
                switch (message.kind) {
                    case REQUEST, SURVEY -> bits(RETURN_ADDRESS);
                    case ONE_WAY, EVENT -> bits(REMAINING);
                    case FAULT -> bits(FAULT_NAME);
                    default -> 0;
                };
        if (message.form == WireMessage.COMMAND) {
            must |= bits(NAME);
        } else if (message.form == WireMessage.EVENT) {
            may |= bits(NAME, AGGREGATE);
        }
        int missing = must & ~present;
        if (missing != 0) {
            throw new MalformedFrameException(
                    message.kind + " without field " + Integer.numberOfTrailingZeros(missing));
        }
        int misplaced = present & ~(must | may | ANYWHERE);
        if (misplaced != 0) {
            throw new MalformedFrameException(
                    message.kind + " with a misplaced field " + Integer.numberOfTrailingZeros(misplaced));
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
