package io.parley.internal.runtime;

/**
 * Pays for what waits in one queue, in steps, so that no message by itself costs a reservation. Not thread-safe: guarded by the lock of
 * the queue.
 */
public final class Backlog {

    /** Reservations are multiples of this, where there is so much left. */
    public static final int STEP = 64 * 1024;

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
    public boolean covers(long octets) {
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

    /**
     * No more than {@code octets} wait now: gives back what is paid beyond that, in steps. Cheap enough to be called for each frame, as most
     * calls change nothing.
     */
    public void settle(long octets) {
        if (paid == 0) {
            return;
        }
        long needed = Math.max(0, octets - free);
        long kept = (needed + STEP - 1) / STEP * STEP;
        if (paid - kept >= STEP || kept == 0) {
            part.give(paid - kept);
            paid = kept;
        }
    }

    /** Nothing waits any more. */
    public void close() {
        part.give(paid);
        paid = 0;
    }
}
