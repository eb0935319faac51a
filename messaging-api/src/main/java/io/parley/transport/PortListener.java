package io.parley.transport;

/** What happens at a port. Called in its I/O context; must not block. */
public interface PortListener {

    /** A remote port has connected and sent its first frame, which follows at once through the listener returned. */
    LinkListener onAccepted(Link link);

    /**
     * Returns whether anything that is published here can begin with {@code prefix}. Whoever subscribes to something else is hung up on,
     * so that strangers cannot fill memory with subscriptions.
     */
    default boolean mayBeTopic(byte[] prefix) {
        return true;
    }

    /** The first subscription to exactly {@code prefix} has arrived, from whichever subscriber. */
    void onSubscribed(byte[] prefix);

    /** Another subscriber has subscribed to exactly {@code prefix}, or the same one over another connection. */
    default void onSubscribedAgain(byte[] prefix) {}

    /** The last subscription to exactly {@code prefix} is gone. */
    void onUnsubscribed(byte[] prefix);

    /** After a {@link Port#publishIfRoom} that answered false: there may be room again. */
    default void onRoomToPublish() {}

    /** Bytes came in that are no frame, or the transport mended itself. For counting and logging; traffic goes on. */
    void onTrouble(String what);

    /**
     * The transport cannot go on: no more is sent or received on this port. Tasks are run still, so that its owner can close it. Its links
     * go down after that. Memory may be scarce: if this throws, it is called again a few times.
     */
    void onFailure(Throwable cause);
}
