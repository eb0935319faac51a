package io.parley.internal.router;

/** How many octets of others' messages this router holds until somebody takes them. Confined to the I/O context. */
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
        now += octets + EACH;
    }

    void remove(int octets) {
        now -= octets + EACH;
    }
}
