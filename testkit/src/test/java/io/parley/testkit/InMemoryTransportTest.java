package io.parley.testkit;

import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;

class InMemoryTransportTest extends TransportContract {

    private final InMemoryNetwork network = new InMemoryNetwork();

    @Override
    protected Transport create() {
        return InMemoryTransport.on(network);
    }

    @Override
    protected Transport createAtFixedAddress() {
        return InMemoryTransport.on(network).at("fixed");
    }
}
