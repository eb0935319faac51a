package io.parley.transport;

import java.util.Optional;

/** Converts nothing. Stateless. */
enum OpaqueAddresses implements AddressFormat {
    INSTANCE;

    @Override
    public Optional<HostAndPort> parse(String address) {
        return Optional.empty();
    }

    @Override
    public Optional<String> format(String host, int port) {
        return Optional.empty();
    }
}
