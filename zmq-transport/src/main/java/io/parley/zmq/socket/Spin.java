package io.parley.zmq.socket;

/**
 * Decides whether an I/O loop looks for work without sleeping: for some time after a turn that had work. Then a call stays unanswered, and
 * JeroMQ comes back to it. Confined to the loop's thread.
 */
final class Spin {

    private final long nanos;
    private boolean hadWork;
    private long workedAt;

    /** @param nanos for how long the loop looks for work; 0 to sleep at once */
    Spin(long nanos) {
        this.nanos = nanos;
        workedAt = System.nanoTime() - nanos;
    }

    /** A turn begins. */
    void onTurn() {
        hadWork = false;
    }

    /** A task ran, or something arrived. */
    void onWork() {
        hadWork = true;
    }

    /** A turn ends. Begins to spin if it had work; returns whether it did. */
    boolean begin() {
        boolean begins = hadWork && nanos > 0;
        if (begins) {
            workedAt = System.nanoTime();
        }
        return begins;
    }

    /** Whether the loop still spins. */
    boolean isDue() {
        return nanos > 0 && System.nanoTime() - workedAt < nanos;
    }
}
