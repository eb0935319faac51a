package io.parley.zmq.socket;

import java.time.Duration;

/**
 * How a transport binds and connects. Immutable.
 *
 * @param bindHost the address or interface ports are bound to
 * @param advertisedHost the host others are told to connect to
 * @param port the port for links, 0 for any
 * @param publishPort the port for subscribers, 0 for any, or {@link #NONE}
 * @param bulkPort the port for bulk links, 0 for any, or {@link #NONE}
 * @param bufferBytes what each connection buffers in each direction, in the socket and in front of it
 * @param maxConnections how many may be connected to each of a port's two addresses
 * @param linger how long a closed link goes on sending
 * @param spin how long the loop looks for work before it sleeps
 */
public record ZmqSettings(
        String bindHost,
        String advertisedHost,
        int port,
        int publishPort,
        int bulkPort,
        int bufferBytes,
        int maxConnections,
        Duration linger,
        Duration spin) {

    /** Where others are to find a port, and there shall be none. */
    public static final int NONE = -1;

    /** For ports of bulk links alone. */
    public ZmqSettings forBulk() {
        return new ZmqSettings(
                bindHost, advertisedHost, bulkPort, NONE, NONE, bufferBytes, maxConnections, linger, Duration.ZERO);
    }

    boolean isForBulk() {
        return publishPort == NONE;
    }
}
