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
        int last = 0;
        while (in.remaining() > 0) {
            int tag = in.u8("tag");
            if (tag < last || (tag == last && tag != HEADER)) {
                throw new MalformedFrameException("field " + tag + " after field " + last);
            }
            last = tag;
            int fieldsEnd = in.narrow(in.u16("field"), "field");
            readField(tag, message, in, texts);
            in.requireEnd("field " + tag);
            in.widen(fieldsEnd);
        }
        in.widen(envelopeEnd);
        requireFields(message);
        message.octets = in.octets();
        message.payloadOffset = in.position();
        message.payloadLength = in.remaining();
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
                if (message.number == 0) {
                    throw new MalformedFrameException("number is 0");
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

    private static void requireFields(WireMessage message) throws MalformedFrameException {
        switch (message.kind) {
            case REQUEST -> {
                require(message.channel != null, "REQUEST without channel");
                require(message.remaining >= 0, "REQUEST without remaining");
            }
            case ONE_WAY -> require(message.channel != null, "ONE-WAY without channel");
            case EVENT -> {
                require(message.channel != null, "EVENT without channel");
                require(message.number != 0, "EVENT without number");
            }
            case SURVEY -> {
                require(message.channel != null, "SURVEY without channel");
                require(message.number != 0, "SURVEY without number");
                require(message.remaining >= 0, "SURVEY without remaining");
            }
            case REPLY, RESPONSE -> require(message.inReplyTo != null, message.kind + " without in-reply-to");
            case FAULT -> {
                require(message.inReplyTo != null, "FAULT without in-reply-to");
                require(message.fault != 0, "FAULT without fault");
            }
            default -> throw new IllegalArgumentException(message.kind + " is no message");
        }
        require(message.form != WireMessage.COMMAND || message.name != null, "command without name");
    }

    private static void require(boolean holds, String otherwise) throws MalformedFrameException {
        if (!holds) {
            throw new MalformedFrameException(otherwise);
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

    private static MessageId readId(WireReader in, String what) throws MalformedFrameException {
        return new MessageId(in.u64(what), in.u64(what));
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
