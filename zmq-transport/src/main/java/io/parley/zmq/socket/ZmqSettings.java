package io.parley.zmq.socket;

import java.time.Duration;

/**
 * How a transport binds and connects. Immutable.
 *
 * @param bindHost the address or name that ports are bound to, {@code *} for all
 * @param advertised what others are told
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
        Advertised advertised,
        int port,
        int publishPort,
        int bulkPort,
        int bufferBytes,
        int maxConnections,
        Duration linger,
        Duration spin) {

    /** Where others are to find a port, and there shall be none. */
    public static final int NONE = -1;

    /** JeroMQ makes no buffers smaller than this. */
    static final int LEAST_BUFFER = 8 * 1024;

    /** Session, engine, two queues, greeting, and what the JDK holds for a channel: 9 KiB were measured. */
    private static final int OVERHEAD = 16 * 1024;

    /**
     * What others are told to connect to. Immutable.
     *
     * @param host a name or an address
     * @param port the port for links, 0 if it is the one bound to
     * @param publishPort the port for subscribers, 0 if it is the one bound to
     * @param bulkPort the port for bulk links, 0 if it is the one bound to
     */
    public record Advertised(String host, int port, int publishPort, int bulkPort) {}

    /** For ports of bulk links alone. */
    public ZmqSettings forBulk() {
        var forBulk = new Advertised(advertised.host, advertised.bulkPort, 0, 0);
        return new ZmqSettings(
                bindHost, forBulk, bulkPort, NONE, NONE, bufferBytes, maxConnections, linger, Duration.ZERO);
    }

    boolean isForBulk() {
        return publishPort == NONE;
    }

    /** Bytes of memory that a connection holds from its greeting on. */
    long connectionBytes() {
        return 2L * Math.max(bufferBytes, LEAST_BUFFER) + OVERHEAD;
    }

    /** The same of one that comes when memory is short. */
    long smallConnectionBytes() {
        return 2L * LEAST_BUFFER + OVERHEAD;
    }
}
