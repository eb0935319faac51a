package io.parley.transport;

/** A two-way stream of frames to one remote port, in order. Confined to the port's I/O context. */
public interface Link {

    /**
     * Queues one frame. Nobody changes the array from here on: the transport may read it until it has left, and the caller may keep it.
     *
     * @return false if the link has no room just now: nothing was queued, and {@link LinkListener#onWritable} follows
     */
    boolean send(byte[] frame);

    /**
     * As {@link #send(byte[])}; what the frame is made of may be read until it has left.
     *
     * @return false if the link has no room just now: nothing was queued, and {@link LinkListener#onWritable} follows
     */
    default boolean send(DeferredFrame frame) {
        return send(frame.toBytes());
    }

    /** Gives back an array that {@link LinkListener#onFrame} was handed, and that nobody will look at any more: others may arrive in it. */
    default void reuse(byte[] frame) {}

    /**
     * Ends the link, and its connection soon after: what was queued may arrive until then. Its listener is not called any more, and what
     * the other side still sends is dropped.
     */
    void close();
}
