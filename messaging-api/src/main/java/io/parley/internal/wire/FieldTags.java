package io.parley.internal.wire;

/** The tags of a message's fields, as in the protocol's table, and what it says of them. Stateless. */
final class FieldTags {

    static final int CHANNEL = 0x01;
    static final int REMAINING = 0x02;
    static final int IN_REPLY_TO = 0x03;
    static final int CORRELATION = 0x04;
    static final int CAUSATION = 0x05;
    static final int TYPE = 0x06;
    static final int CONTENT_TYPE = 0x07;
    static final int KEY = 0x08;
    static final int TRACEPARENT = 0x09;
    static final int TRACESTATE = 0x0A;
    static final int NAME = 0x0B;
    static final int AGGREGATE = 0x0C;
    static final int NUMBER = 0x0D;
    static final int FAULT = 0x0E;
    static final int FAULT_NAME = 0x0F;
    static final int RETURN_ADDRESS = 0x10;
    static final int SENDER = 0x11;
    static final int HEADER = 0x40;
    static final int FIRST_OPTIONAL = 0x80;
    static final int SENT_AT = 0xA0;

    /** One bit for each of these tags: the fields that any message may have, whatever its kind and form. */
    static final int ANYWHERE = bits(CORRELATION, CAUSATION, TYPE, CONTENT_TYPE, KEY, TRACEPARENT, TRACESTATE, SENDER);

    /** The fields that may tell a message from the one that it repeats, whatever its kind and form; a header always may. */
    static final int CHANGES = bits(CORRELATION, CAUSATION, KEY, TRACEPARENT, TRACESTATE);

    static final int MAX_CHANNEL = 191;
    static final int MAX_TEXT = 255;
    static final int MAX_TRACESTATE = 512;
    static final int MAX_FIELDS = 0xFFFF;

    private FieldTags() {}

    /** A set of tags up to {@link #SENDER}, one bit for each. */
    static int bits(int... tags) {
        int bits = 0;
        for (int tag : tags) {
            bits |= 1 << tag;
        }
        return bits;
    }
}
