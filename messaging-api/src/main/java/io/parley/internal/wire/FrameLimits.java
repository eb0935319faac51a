package io.parley.internal.wire;

/** Derives the sizes of frames and envelopes from the size of the largest message, all in bytes. Stateless. */
public final class FrameLimits {

    /** Space for the fields of the largest message and for the frame around it. */
    private static final int FIELDS = 66 * 1024;

    private FrameLimits() {}

    /** Returns the size of the largest frame that a peer accepts. */
    public static int maxFrame(int maxMessageBytes) {
        return maxMessageBytes + FIELDS;
    }

    /** Returns the size of the largest envelope that a peer accepts. */
    public static int maxEnvelope(int maxMessageBytes) {
        return maxFrame(maxMessageBytes) - FrameFormat.OVERHEAD;
    }
}
