package io.parley.transport;

import java.util.Optional;

/**
 * Converts a transport's addresses to host and port and back, for registries that store these two, such as Consul, and for host
 * names that stand for several instances. Only the transport knows the notation of its addresses.
 *
 * <p>Thread-safe.
 */
public interface AddressFormat {

    /**
     * Returns the host and the port of {@code address}. Empty if it is not an address of this transport, if the transport has no hosts and
     * ports, or if {@link #format} would not return exactly {@code address}.
     */
    Optional<HostAndPort> parse(String address);

    /** Returns the address at {@code host} and {@code port}. Empty if there is none, such as for a host with a space. */
    Optional<String> format(String host, int port);

    /** Returns the format of transports whose addresses have no host and port: it converts nothing. */
    static AddressFormat opaque() {
        return OpaqueAddresses.INSTANCE;
    }
}
