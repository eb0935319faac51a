package io.parley.zmq;

import io.parley.testkit.PeerContract;
import io.parley.transport.Transport;

class ZmqPeerTest implements PeerContract {

    private final Transport transport = ZmqTransport.create();

    @Override
    public Transport transport() {
        return transport;
    }
}
