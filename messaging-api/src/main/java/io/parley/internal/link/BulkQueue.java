package io.parley.internal.link;

import io.parley.transport.DeferredFrame;
import org.jspecify.annotations.Nullable;

/** Gives a bulk link the messages that wait in the outbox of its link and go in chunks. Thread-safe. */
final class BulkQueue {

    private final Object lock;
    private final ChunkedSends transfers;
    private final Runnable flush;

    /**
     * @param lock guards {@code transfers}
     * @param flush has the link itself send what it can, now or later
     */
    BulkQueue(Object lock, ChunkedSends transfers, Runnable flush) {
        this.lock = lock;
        this.transfers = transfers;
        this.flush = flush;
    }

    /** From now on what is large goes over the bulk link, which asks for it by {@link #next}. */
    void open() {
        synchronized (lock) {
            transfers.openBulkLink();
        }
    }

    /** Returns the next frame for the bulk link; null if there is none just now. */
    @Nullable
    DeferredFrame next() {
        synchronized (lock) {
            return transfers.nextOfBulk();
        }
    }

    /**
     * The other side has so many messages that came over the bulk link.
     *
     * @return false if that cannot be
     */
    boolean onArrived(long count) {
        synchronized (lock) {
            if (!transfers.onArrived(count)) {
                return false;
            }
        }
        flush.run();
        return true;
    }

    /** There is no bulk link any more. */
    void close() {
        synchronized (lock) {
            transfers.closeBulkLink();
        }
        flush.run();
    }
}
