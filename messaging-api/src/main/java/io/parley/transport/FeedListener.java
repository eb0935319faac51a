package io.parley.transport;

/** What arrives from a followed port. Called in the port's I/O context; must not block. */
@FunctionalInterface
public interface FeedListener {

    /** A frame that begins with one of the prefixes asked for. The array belongs to the listener. */
    void onFrame(byte[] frame);

    /**
     * A frame that begins with one of the prefixes asked for was dropped, because it is larger than this port takes.
     *
     * @param bytes its size
     */
    default void onTooLarge(long bytes) {}
}
