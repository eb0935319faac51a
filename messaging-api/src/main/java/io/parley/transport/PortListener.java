package io.parley.transport;

/** What happens at a port. Called in its I/O context; must not block. */
public interface PortListener {

    /** A remote port has connected and sent its first frame, which follows at once through the listener returned. */
    LinkListener onAccepted(Link link);

    /** The first subscription to exactly {@code prefix} has arrived, from whichever subscriber. */
    void onSubscribed(byte[] prefix);

    /** The last subscription to exactly {@code prefix} is gone. */
    void onUnsubscribed(byte[] prefix);

    /** After a {@link Port#publishIfRoom} that answered false: there may be room again. */
    default void onRoomToPublish() {}

    /** Bytes came in that are no frame, or the transport mended itself. For counting and logging; traffic goes on. */
    void onTrouble(String what);

    /** The transport cannot go on: no more is sent or received on this port. */
    void onFailure(Throwable cause);
}
