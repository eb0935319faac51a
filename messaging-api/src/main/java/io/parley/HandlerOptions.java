package io.parley;

/**
 * Where a handler runs and how many messages it takes at a time. Immutable.
 *
 * @param place where
 * @param concurrency how many calls of the handler may be under way at a time on the pool
 */
public record HandlerOptions(Place place, int concurrency) {

    /** Where a handler runs. */
    public enum Place {
        /** On the peer's pool: the handler may block. */
        POOL,
        /** In the I/O context, as soon as the message arrives: it saves a wake-up, and the handler must never block. */
        INLINE
    }

    private static final HandlerOptions POOLED = new HandlerOptions(Place.POOL, Integer.MAX_VALUE);
    private static final HandlerOptions SERIAL = new HandlerOptions(Place.POOL, 1);
    private static final HandlerOptions INLINE = new HandlerOptions(Place.INLINE, 1);

    public HandlerOptions {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be at least 1: " + concurrency);
        }
    }

    /** On the pool, as many at a time as it has threads. The default. */
    public static HandlerOptions pooled() {
        return POOLED;
    }

    /** On the pool, one message at a time, in the order of arrival. */
    public static HandlerOptions serial() {
        return SERIAL;
    }

    /** On the pool, at most {@code concurrency} at a time. */
    public static HandlerOptions atMost(int concurrency) {
        return new HandlerOptions(Place.POOL, concurrency);
    }

    /** In the I/O context. The handler must never block; while it works, this peer neither sends nor receives. */
    public static HandlerOptions inline() {
        return INLINE;
    }
}
