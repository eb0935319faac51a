package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.TransportContract;
import io.parley.transport.Port;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import org.junit.jupiter.api.Test;

class InMemoryTransportTest extends TransportContract {

    private final InMemoryNetwork network = new InMemoryNetwork();

    @Override
    public Transport create() {
        return InMemoryTransport.on(network);
    }

    @Override
    public Transport createAtFixedAddress() {
        return InMemoryTransport.on(network).at("fixed");
    }

    @Test
    void addressOfAnotherPortIsNotOnTheHostThatWasDialled() {
        Port port = open(create()).port();
        assertThat(port.addressOnSameHost("inmem://orders", "inmem://victim/publish"))
                .isEmpty();
    }
}
