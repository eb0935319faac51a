package io.parley.zmq.socket;

import io.parley.transport.TransportException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks whether the process may open as many file descriptors as a port needs. Where JeroMQ runs out of them half-way through the making of one
 * of its parts, it leaves those open that it has.
 *
 * <p>Stateless.
 */
final class Descriptors {

    private Descriptors() {}

    /** @throws TransportException if there are fewer than {@code number} left */
    static void require(int number) {
        List<SocketChannel> opened = new ArrayList<>(number);
        try {
            for (int i = 0; i < number; i++) {
                opened.add(SocketChannel.open());
            }
        } catch (IOException e) {
            throw new TransportException(
                    "A port needs " + number + " file descriptors, and this process may open " + opened.size()
                            + " more: raise its limit",
                    e);
        } finally {
            opened.forEach(Descriptors::close);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new TransportException("A socket did not close", e);
        }
    }
}
