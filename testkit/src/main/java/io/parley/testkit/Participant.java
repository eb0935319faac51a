package io.parley.testkit;

import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;
import java.util.Collection;

/** A resolver and a registry of one discovery, opened and closed together, as a peer does. Thread-safe. */
public final class Participant implements AutoCloseable {

    private final ServiceResolver resolver;
    private final ServiceRegistry registry;

    private Participant(ServiceResolver resolver, ServiceRegistry registry) {
        this.resolver = resolver;
        this.registry = registry;
    }

    /** Opens both with opaque addresses. */
    public static Participant open(Discovery discovery, Environment environment) {
        return open(discovery, environment, AddressFormat.opaque());
    }

    /**
     * Opens both.
     *
     * @throws java.util.NoSuchElementException if {@code discovery} is read-only
     */
    public static Participant open(Discovery discovery, Environment environment, AddressFormat addresses) {
        ServiceResolver resolver = discovery.openResolver(environment, addresses);
        return new Participant(
                resolver, discovery.openRegistry(environment, addresses).orElseThrow());
    }

    /** @see ServiceResolver#watch */
    public ServiceResolver.Watch watch(String service, ServiceResolver.Watcher watcher) {
        return resolver.watch(service, watcher);
    }

    /** @see ServiceResolver#services */
    public Collection<String> services() {
        return resolver.services();
    }

    /** @see ServiceRegistry#livenessProbe */
    public void livenessProbe(ServiceRegistry.LivenessProbe probe) {
        registry.livenessProbe(probe);
    }

    /** @see ServiceRegistry#announce */
    public void announce(Instance instance) {
        registry.announce(instance);
    }

    /** @see ServiceRegistry#announceOnBehalfOf */
    public void announceOnBehalfOf(Instance instance, String announcer) {
        registry.announceOnBehalfOf(instance, announcer);
    }

    /** @see ServiceRegistry#withdraw */
    public void withdraw() {
        registry.withdraw();
    }

    @Override
    public void close() {
        resolver.close();
        registry.close();
    }
}
