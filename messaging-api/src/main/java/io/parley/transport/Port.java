package io.parley.transport;

import java.time.Duration;

/**
 * One peer's end of a transport: a bound address for links, a bound address for subscribers, and links and feeds to others.
 *
 * <p>A port has one <em>I/O context</em>: a thread, or a queue of tasks that run one after the other. All listeners are called
 * in it, and every method below but {@link #execute}, {@link #inContext}, {@link #close} and what tells addresses may be called
 * in it only. Code that runs in it must not block.
 */
public interface Port {

    /**
     * A transport may hang up on whoever connects and sends a first frame of more octets than this: until that frame is there, a stranger
     * must not take much memory.
     */
    int MAX_FIRST_FRAME_BYTES = 4096;

    /** Where others may connect links, in the transport's own notation, such as {@code tcp://127.0.0.1:40123}. */
    String address();

    /** Where others may subscribe. */
    String publishAddress();

    /**
     * Returns the address at which to reach another socket of the peer that was dialled, on the host that was dialled: no peer can send
     * this one to another host. From any thread.
     *
     * @param dialled the address at which that peer was dialled
     * @param told the address of the other socket as that peer tells it, which may name another host, or be anything
     * @return empty if {@code told} is no address of this transport
     */
    String addressOnSameHost(String dialled, String told);

    /**
     * Runs {@code task} in the I/O context, after those handed over before. From any thread. After the port has closed the
     * task is dropped.
     */
    void execute(Runnable task);

    /** Whether the caller runs in the I/O context. */
    boolean inContext();

    /**
     * Begins to connect to a port's {@link #address}. Frames sent before the connection is there wait for it. A connection
     * that cannot be made is not an event; a caller that cares sets itself a time limit and closes the link. The first frame has at most
     * {@link #MAX_FIRST_FRAME_BYTES}.
     *
     * @throws TransportException if the address is not one of this transport's, or there is no memory left for a connection
     */
    Link connect(String address, LinkListener listener);

    /**
     * Begins to follow a port's {@link #publishAddress}. The feed reconnects by itself and then subscribes again.
     *
     * @throws TransportException if the address is not one of this transport's, or there is no memory left for a connection
     */
    Feed openFeed(String publishAddress, FeedListener listener);

    /** Sends {@code frame} to every subscriber that asked for a prefix of it, dropping it for those whose queue is full. */
    void publish(byte[] frame);

    /**
     * Sends {@code frame} to every subscriber that asked for a prefix of it, if all of them have room.
     *
     * @return false if one has not: nothing was sent, and {@link PortListener#onRoomToPublish} follows when that may have changed
     */
    boolean publishIfRoom(byte[] frame);

    /**
     * Sends what is still queued, within {@code limit}, then frees everything. Afterwards no listener is called. Returns within
     * {@code limit} and a second; from any thread but the I/O context; a second call does nothing.
     */
    void close(Duration limit);
}
