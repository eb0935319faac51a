package io.parley.transport;

import java.util.Optional;

/**
 * Carries frames between peers. Implementations are tried against {@code TransportContract} in the test kit.
 *
 * <p>Thread-safe. One transport may be opened for several peers.
 */
public interface Transport {

    /**
     * Binds a port for one peer. When this returns, the port's addresses are settled and others may connect to them.
     *
     * @throws TransportException if the port cannot be opened, such as for want of an address, threads or memory: nothing of it is left
     */
    Port open(PortOptions options, PortListener listener);

    /**
     * With what a peer opens a second port, for what is large alone, so that its first one stays quick; it does so when it is needed for the
     * first time, links nobody but those it has links with already, and neither follows nor publishes by it. Empty, as by default, where
     * a second port would gain nothing.
     */
    default Optional<Transport> forBulk() {
        return Optional.empty();
    }

    /**
     * Returns the format of this transport's addresses, with which discovery converts them to host and port. By default, addresses
     * are opaque.
     */
    default AddressFormat addressFormat() {
        return AddressFormat.opaque();
    }
}
