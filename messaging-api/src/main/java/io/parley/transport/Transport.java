package io.parley.transport;

/**
 * Carries frames between peers. Implementations are tried against {@code TransportContract} in the test kit.
 *
 * <p>Thread-safe. One transport may be opened for several peers.
 */
public interface Transport {

    /**
     * Binds a port for one peer. When this returns, the port's addresses are settled and others may connect to them.
     *
     * @throws TransportException if the port cannot be bound
     */
    Port open(PortOptions options, PortListener listener);
}
