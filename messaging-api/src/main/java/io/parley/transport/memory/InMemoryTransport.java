package io.parley.transport.memory;

import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames between the ports of one {@link InMemoryNetwork}. A port's I/O context is a queue of tasks over a pool of the
 * environment's, so a simulation that owns the pool decides what happens when.
 *
 * <p>Immutable. Thread-safe.
 */
public final class InMemoryTransport implements Transport {

    private final InMemoryNetwork network;
    private final @Nullable String name;

    private InMemoryTransport(InMemoryNetwork network, @Nullable String name) {
        this.network = Objects.requireNonNull(network, "network");
        this.name = name;
    }

    /** A transport with a network of its own: its ports reach each other and nobody else. */
    public static InMemoryTransport create() {
        return on(new InMemoryNetwork());
    }

    /** A transport whose ports get addresses made of the peer's name and a number. */
    public static InMemoryTransport on(InMemoryNetwork network) {
        return new InMemoryTransport(network, null);
    }

    /** The same, but ports bind to {@code inmem://<name>}, one after the other: as a process that comes back at its old place. */
    public InMemoryTransport at(String name) {
        return new InMemoryTransport(network, Objects.requireNonNull(name, "name"));
    }

    public InMemoryNetwork network() {
        return network;
    }

    @Override
    public Port open(PortOptions options, PortListener listener) {
        return network.bind(name, options, listener);
    }
}
