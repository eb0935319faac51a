package io.parley.internal;

/**
 * Pays for what waits in one queue, in steps, so that no message by itself costs a reservation. Not thread-safe: guarded by the lock of
 * the queue.
 */
final class Backlog {

    /** Reservations are multiples of this, where there is so much left. */
    static final int STEP = 64 * 1024;

    private final MemoryPart part;
    /** What is not paid for here. */
    private final long free;

    private final long most;
    private long paid;

    /**
     * @param free how many octets may wait without being paid for here
     * @param most how many octets may wait at all
     */
    Backlog(MemoryPart part, long free, long most) {
        this.part = part;
        this.free = free;
        this.most = most;
    }

    /** Whether {@code octets} may wait, all in all; if so, they are paid for. */
    boolean covers(long octets) {
        long wanted = octets - free;
        return wanted <= paid || (octets <= most && pay(wanted));
    }

    private boolean pay(long wanted) {
        long steps = (wanted - paid + STEP - 1) / STEP * STEP;
        if (part.take(steps)) {
            paid += steps;
            return true;
        } else if (part.take(wanted - paid)) {
            paid = wanted;
            return true;
        }
        return false;
    }

    /** No more than {@code octets} wait now. */
    void settle(long octets) {
        long needed = Math.max(0, octets - free);
        if (paid - needed > STEP || (needed == 0 && paid > 0)) {
            part.give(paid - needed);
            paid = needed;
        }
    }

    /** Nothing waits any more. */
    void close() {
        part.give(paid);
        paid = 0;
    }
}
