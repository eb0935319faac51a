package io.parley.internal.wire;

import org.jspecify.annotations.Nullable;

/** The kinds of envelopes, and where each may appear. */
public enum EnvelopeKind {
    HELLO(0x01, Place.LINK, false),
    WELCOME(0x02, Place.LINK, false),
    REJECT(0x03, Place.LINK, false),
    CREDIT(0x04, Place.LINK, false),
    PING(0x05, Place.LINK, false),
    PONG(0x06, Place.LINK, false),
    GOING_AWAY(0x07, Place.LINK, false),
    CANCEL(0x08, Place.LINK, false),
    BULK_WANTED(0x09, Place.LINK, false),
    BULK_AT(0x0A, Place.LINK, false),
    BULK_HELLO(0x0B, Place.LINK, false),
    BULK_ARRIVED(0x0C, Place.LINK, false),
    BULK_NEXT(0x0D, Place.LINK, false),
    BULK_OVER(0x0E, Place.LINK, false),
    FINISHED(0x0F, Place.LINK, false),
    REQUEST(0x10, Place.LINK, true),
    REPLY(0x11, Place.LINK, true),
    FAULT(0x12, Place.LINK, true),
    ONE_WAY(0x13, Place.LINK, true),
    EVENT(0x14, Place.FEED, true),
    SURVEY(0x15, Place.FEED, true),
    RESPONSE(0x16, Place.LINK, true),
    REPEAT(0x18, Place.ANYWHERE, false),
    CHUNK(0x19, Place.LINK, false),
    CREDIT_WANTED(0x1A, Place.LINK, false),
    SUBSCRIBED(0x20, Place.FEED, false),
    HEARTBEAT(0x21, Place.FEED, false),
    NUMBERS(0x22, Place.FEED, false);

    /** The two ways by which frames arrive, and either of them. */
    public enum Place {
        LINK,
        FEED,
        ANYWHERE
    }

    private static final @Nullable EnvelopeKind[] BY_CODE = new @Nullable EnvelopeKind[0x23];

    static {
        for (EnvelopeKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final int code;
    private final Place place;
    private final boolean message;

    EnvelopeKind(int code, Place place, boolean message) {
        this.code = code;
        this.place = place;
        this.message = message;
    }

    static EnvelopeKind of(int code, Place place) throws MalformedFrameException {
        EnvelopeKind kind = code < BY_CODE.length ? BY_CODE[code] : null;
        if (kind == null) {
            throw new MalformedFrameException("unknown envelope kind " + code);
        }
        if (kind.place != place && kind.place != Place.ANYWHERE) {
            throw new MalformedFrameException(kind + " has no business on a " + place);
        }
        return kind;
    }

    int code() {
        return code;
    }

    /** Whether it must be the only envelope of its frame. */
    boolean isAlone() {
        return this == HELLO || this == WELCOME || this == BULK_HELLO;
    }

    /** Whether the body is a message in full: an id, fields and a payload. */
    boolean isMessage() {
        return message;
    }
}
