package io.parley.zmq.socket;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * The system's buffers of a connection. JeroMQ makes its own as large as it is told to make these, and holds on to them; the system's
 * cost something only while they are in use. So they are made larger afterwards: otherwise sender and receiver wait for each other
 * at each bufferful.
 *
 * <p>Stateless.
 */
final class SocketBuffers {

    private static final int TIMES = 4;

    private SocketBuffers() {}

    /** @param bufferBytes what JeroMQ was told */
    static void enlarge(SocketChannel connection, int bufferBytes) {
        set(connection, StandardSocketOptions.SO_SNDBUF, bufferBytes);
        set(connection, StandardSocketOptions.SO_RCVBUF, bufferBytes);
    }

    private static void set(SocketChannel connection, SocketOption<Integer> option, int bufferBytes) {
        try {
            int most = (int) Math.min(Integer.MAX_VALUE, (long) TIMES * bufferBytes);
            connection.setOption(option, most);
        } catch (IOException e) {
            // It stays as it is, and the connection may be gone, which the engine will find out.
        }
    }
}
