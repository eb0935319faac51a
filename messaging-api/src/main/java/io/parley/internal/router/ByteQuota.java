package io.parley.internal.router;

/** Bounds the bytes of other peers' messages that a router holds until they are sent or answered. Confined to the I/O context. */
final class ByteQuota {

    /** What one message in hand takes besides its octets. */
    private static final int EACH = 512;

    private final long most;
    private long now;

    ByteQuota(long most) {
        this.most = most;
    }

    long most() {
        return most;
    }

    /** Whether there is room for a message of this many octets. */
    boolean hasRoomFor(int octets) {
        return now + octets + EACH <= most;
    }

    void add(int octets) {
        now += (long) octets + EACH;
    }

    void remove(int octets) {
        now -= (long) octets + EACH;
    }
}
