package io.parley.transport;

/** What one remote port publishes. Confined to the port's I/O context. */
public interface Feed {

    /** Asks for frames that begin with {@code prefix}. Asking twice for the same takes two {@link #unsubscribe}. */
    void subscribe(byte[] prefix);

    void unsubscribe(byte[] prefix);

    /**
     * Delivers nothing until {@link #resume}: what arrives meanwhile stays in the transport's queues, so that the publisher sees that
     * there is no room.
     *
     * @return false if this transport cannot, and goes on delivering
     */
    default boolean pause() {
        return false;
    }

    /** Delivers again. */
    default void resume() {}

    /** Ends the feed. Its listener is not called any more. */
    void close();
}
