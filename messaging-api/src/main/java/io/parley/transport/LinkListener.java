package io.parley.transport;

/** What happens on a link. Called in the port's I/O context; must not block. */
public interface LinkListener {

    /** A frame arrived. The array belongs to the listener. */
    void onFrame(byte[] frame);

    /** After a {@code send} that answered false: there may be room again. */
    void onWritable();

    /**
     * The link broke: the remote process ended, or the connection did. Called at most once; nothing follows. The link is
     * closed.
     */
    void onDown(String reason);
}
