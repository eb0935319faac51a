package io.parley.transport;

/** What one remote port publishes. Confined to the port's I/O context. */
public interface Feed {

    /** Asks for frames that begin with {@code prefix}. Asking twice for the same takes two {@link #unsubscribe}. */
    void subscribe(byte[] prefix);

    void unsubscribe(byte[] prefix);

    /** Ends the feed. Its listener is not called any more. */
    void close();
}
