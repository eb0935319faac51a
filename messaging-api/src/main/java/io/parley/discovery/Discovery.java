package io.parley.discovery;

import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Opens resolvers, which find the instances of services, and registries, which announce instances. Resolvers are tested against
 * {@code ServiceResolverContract} in the test kit, registries against {@code ServiceRegistryContract}.
 *
 * <p>Thread-safe. Several peers may use one discovery.
 */
public interface Discovery {

    /**
     * Opens a resolver. A registry that is unavailable at the moment is not an error.
     *
     * @param environment supplies time, random numbers and threads
     * @param addresses the format of the transport's addresses, for registries that store host and port
     * @throws DiscoveryException if the settings can never work
     */
    ServiceResolver openResolver(Environment environment, AddressFormat addresses);

    /**
     * Opens a registry, or returns empty if this discovery is read-only, as by default. A peer with a read-only discovery works
     * as if it were registered by others: it resolves services and accepts links, but is found only by those that know its address. A router
     * with a read-only discovery refuses to announce guests.
     *
     * @param environment supplies time, random numbers and threads
     * @param addresses the format of the transport's addresses, for registries that store host and port
     * @throws DiscoveryException if the settings can never work
     */
    default Optional<ServiceRegistry> openRegistry(Environment environment, AddressFormat addresses) {
        return Optional.empty();
    }

    /** Returns the metadata that all peers with this discovery have, such as their zone. A peer's own metadata takes precedence. */
    default Map<String, String> metadata() {
        return Map.of();
    }
}
