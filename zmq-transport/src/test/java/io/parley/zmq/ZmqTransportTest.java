package io.parley.zmq;

import io.parley.testkit.TransportContract;
import io.parley.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;

class ZmqTransportTest extends TransportContract {

    @Override
    public Transport create() {
        return ZmqTransport.create();
    }

    @Override
    public Transport createAtFixedAddress() {
        return ZmqTransport.builder().port(freePort()).publishPort(freePort()).build();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
