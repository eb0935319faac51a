package io.parley.transport;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bound on the bytes of heap that others can make one peer hold: connections, granted credit, unfinished messages, subscriptions, and
 * messages that wait. Whoever is about to hold something on another's behalf reserves its size first, refuses if that fails, and
 * releases the same size afterwards.
 *
 * <p>{@link #part} divides a budget: what is reserved in a part is reserved in the whole as well, so that no part can use up what
 * another one needs.
 *
 * <p>Thread-safe.
 */
public final class MemoryBudget {

    private final long capacity;
    private final @Nullable MemoryBudget whole;
    private final AtomicLong reserved = new AtomicLong();

    private MemoryBudget(long capacity, @Nullable MemoryBudget whole) {
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity must be at least 0: " + capacity);
        }
        this.capacity = capacity;
        this.whole = whole;
    }

    /** A budget of {@code capacity} bytes; at least 0. */
    public static MemoryBudget of(long capacity) {
        return new MemoryBudget(capacity, null);
    }

    /** A budget that refuses nothing. */
    public static MemoryBudget unbounded() {
        return of(Long.MAX_VALUE);
    }

    /** A part of this budget that holds at most {@code capacity} bytes, and no more than this budget has left; at least 0. */
    public MemoryBudget part(long capacity) {
        return new MemoryBudget(Math.min(capacity, this.capacity), this);
    }

    /**
     * Reserves {@code bytes}, all or nothing.
     *
     * @param bytes at least 0
     * @return false if there is not so much left: nothing was reserved
     */
    public boolean tryReserve(long bytes) {
        requireNotNegative(bytes);
        long before;
        do {
            before = reserved.get();
            if (bytes > capacity - before) {
                return false;
            }
        } while (!reserved.compareAndSet(before, before + bytes));
        if (whole != null && !whole.tryReserve(bytes)) {
            reserved.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /**
     * Gives back what {@link #tryReserve} reserved.
     *
     * @param bytes at least 0, and in sum no more than was reserved
     */
    public void release(long bytes) {
        requireNotNegative(bytes);
        if (reserved.addAndGet(-bytes) < 0) {
            throw new IllegalStateException("More was released than reserved");
        }
        if (whole != null) {
            whole.release(bytes);
        }
    }

    /**
     * Makes room in this part for others: {@code bytes} reserved in it count for the budget that it is a part of from now on, and are
     * released there.
     *
     * @param bytes at least 0, and in sum no more than was reserved
     * @throws IllegalStateException if this is no part, or less is reserved
     */
    public void leaveToWhole(long bytes) {
        requireNotNegative(bytes);
        if (whole == null) {
            throw new IllegalStateException("This budget is no part of another");
        }
        if (reserved.addAndGet(-bytes) < 0) {
            throw new IllegalStateException("More was left than reserved");
        }
    }

    /** Bytes that are reserved now. */
    public long reserved() {
        return reserved.get();
    }

    /** Bytes that can still be reserved now. */
    public long available() {
        long here = capacity - reserved.get();
        return whole == null ? here : Math.min(here, whole.available());
    }

    /** Bytes that can be reserved in all. */
    public long capacity() {
        return capacity;
    }

    private static void requireNotNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must be at least 0: " + bytes);
        }
    }

    @Override
    public String toString() {
        return reserved + " of " + capacity + " bytes reserved";
    }
}
