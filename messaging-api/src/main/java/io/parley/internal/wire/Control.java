package io.parley.internal.wire;

/** Envelopes by which peers steer links and feeds. Immutable. */
public sealed interface Control {

    /** Who speaks: a peer's incarnation, service and instance. */
    record Speaker(long incarnation, String service, String instance) {}

    /** What a side accepts, and the first credit that it grants. */
    record Terms(long maxFrame, long messages, long bytes) {}

    record Hello(int minVersion, int maxVersion, Speaker speaker, long target, Terms terms) implements Control {}

    /** @param publishAddress where the acceptor may be subscribed to, as it calls that itself; empty if it does not say */
    record Welcome(int version, Speaker speaker, Terms terms, String publishAddress) implements Control {

        public Welcome(int version, Speaker speaker, Terms terms) {
            this(version, speaker, terms, "");
        }
    }

    record Reject(int code, String reason) implements Control {

        public static final int VERSION = 1;
        public static final int INCARNATION = 2;
        public static final int MALFORMED = 3;
        public static final int UNAUTHORIZED = 4;
        public static final int OVERLOADED = 5;
        public static final int QUIET = 6;
    }

    record Credit(long messages, long bytes) implements Control {}

    record Ping(long token) implements Control {}

    record Pong(long token) implements Control {}

    record GoingAway(long millis) implements Control {}

    record Cancel(long incarnation, long sequence) implements Control {}

    /**
     * A part of an envelope too large for one frame.
     *
     * @param rest how many octets come after this part
     * @param octets an array in which the part lies, from {@code offset} on
     */
    record Chunk(long rest, byte[] octets, int offset, int length) implements Control {

        void copyTo(byte[] target, int at) {
            System.arraycopy(octets, offset, target, at, length);
        }

        /** Whether it is all of a frame. */
        boolean isAlone() {
            return offset == Frames.CHUNK_OVERHEAD && octets.length == offset + length;
        }
    }

    record Subscribed(Speaker speaker, String channel, long number) implements Control {}

    record Heartbeat(long incarnation, long millis) implements Control {}
}
