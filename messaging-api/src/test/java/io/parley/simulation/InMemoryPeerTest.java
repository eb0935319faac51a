package io.parley.simulation;

import io.parley.testkit.PeerContract;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;

class InMemoryPeerTest implements PeerContract {

    private final Transport transport = InMemoryTransport.create();

    @Override
    public Transport transport() {
        return transport;
    }
}
