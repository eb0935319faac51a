package io.parley.simulation;

import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.util.Optional;
import java.util.function.Consumer;

/** A simulation's transport for one peer, which has use for a second port, and whose links hold but a few frames. */
final class BulkTransport implements Transport {

    private final InMemoryTransport plain;
    private final Consumer<Port> onBulkPort;
    private String address = "";

    BulkTransport(Simulation mesh, Consumer<Port> onBulkPort) {
        plain = InMemoryTransport.on(mesh.network);
        this.onBulkPort = onBulkPort;
    }

    @Override
    public Port open(PortOptions options, PortListener listener) {
        Port port = plain.open(narrow(options), listener);
        address = port.address().substring("inmem://".length());
        return port;
    }

    @Override
    public Optional<Transport> forBulk() {
        // Nobody dials but where the link leads to, and in memory this is by how the address begins.
        return Optional.of((options, listener) -> {
            Port port = plain.at(address + "-bulk").open(narrow(options), listener);
            onBulkPort.accept(port);
            return port;
        });
    }

    private static PortOptions narrow(PortOptions options) {
        return new PortOptions(options.name(), options.environment(), options.maxFrameBytes(), 2);
    }
}
