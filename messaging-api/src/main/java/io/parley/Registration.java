package io.parley;

/** A handler attached to a channel. Thread-safe. */
public interface Registration extends AutoCloseable {

    /** Detaches the handler: messages that arrive afterwards are refused. Those it already has are finished. */
    @Override
    void close();
}
