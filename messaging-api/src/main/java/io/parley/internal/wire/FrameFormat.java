package io.parley.internal.wire;

import io.parley.Limits;

/** Sizes and positions in frames. Stateless. */
public final class FrameFormat {

    /** Bytes that a message may take in a frame besides its payload: its fields, and the frame around it. */
    private static final int ROOM_FOR_FIELDS = 66 * 1024;

    /** The one version of the protocol that this peer speaks. */
    public static final int VERSION = 1;

    /** Bytes of a frame besides its envelopes. */
    public static final int OVERHEAD = 2;

    /** The largest frame on a link, in bytes. */
    public static final int LARGEST = 256 * 1024;

    /** Bytes of an envelope in one chunk: with the frame around it, a chunk fills one of the transport's buffers. */
    public static final int CHUNK = 64 * 1024 - 32;

    /** Bytes of a chunk before its octets. */
    static final int CHUNK_REST = 4;

    static final int MAGIC = 0x50;

    /** Bytes of the length field of an envelope. */
    public static final int LENGTH = 4;

    /** Index of the kind of a frame's first envelope. */
    static final int KIND = OVERHEAD + LENGTH;

    /** Bytes of a frame besides the one chunk in it. */
    public static final int CHUNK_OVERHEAD = OVERHEAD + LENGTH + 1 + CHUNK_REST;

    private FrameFormat() {}

    /** Returns the size in bytes of a frame that holds one message of the largest size, with room for its fields. */
    public static int maxFrame(Limits limits) {
        return limits.maxMessageBytes() + ROOM_FOR_FIELDS;
    }
}
