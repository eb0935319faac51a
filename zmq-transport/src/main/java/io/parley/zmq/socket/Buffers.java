package io.parley.zmq.socket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * How large the buffers are that JeroMQ gives to the connections of a bound socket: smaller ones while memory is short. JeroMQ makes them
 * when it has read a connection's greeting, of the size that the socket is set to then, and never changes them. So larger ones are not set
 * before all connections that have paid for small ones have theirs.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class Buffers {

    private final LoopSocket socket;
    private final ZmqSettings settings;
    private boolean small;
    private int awaiting;

    Buffers(LoopSocket socket) {
        this.socket = socket;
        settings = socket.loop.settings();
    }

    /** Chooses the size for the next connection, and returns what that will take. */
    long choose(boolean isMemoryShort) {
        if (isMemoryShort != small && (isMemoryShort || awaiting == 0)) {
            small = isMemoryShort;
            socket.setBuffers(small ? ZmqSettings.LEAST_BUFFER : settings.bufferBytes());
        }
        return small ? settings.smallConnectionBytes() : settings.connectionBytes();
    }

    /** A connection has paid so many bytes, and awaits its buffers. Has the system hold for it what JeroMQ does not. */
    void onPaid(long bytes, SocketChannel channel) {
        if (bytes == settings.connectionBytes()) {
            return;
        }
        awaiting++;
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.bufferBytes());
            channel.setOption(StandardSocketOptions.SO_RCVBUF, settings.bufferBytes());
        } catch (IOException e) {
            socket.loop.onStumble(e); // it is gone already, as its engine is about to find out
        }
    }

    /** A connection that has paid so many bytes has its buffers, or is gone. */
    void onServed(long bytes) {
        if (bytes != settings.connectionBytes()) {
            awaiting--;
        }
    }
}
