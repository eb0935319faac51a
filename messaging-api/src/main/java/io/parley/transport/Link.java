package io.parley.transport;

/** A two-way stream of frames to one remote port, in order. Confined to the port's I/O context. */
public interface Link {

    /**
     * Queues one frame. The array belongs to the transport from here on.
     *
     * @return false if the link has no room just now: nothing was queued, and {@link LinkListener#onWritable} follows
     */
    boolean send(byte[] frame);

    /** Ends the link. What was queued may or may not arrive. Its listener is not called any more. */
    void close();
}
