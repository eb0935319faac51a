package io.parley.consul;

import io.parley.consul.gateway.AbortHandle;
import io.parley.consul.gateway.CatalogEntry;
import io.parley.consul.gateway.ConsulException;
import io.parley.consul.gateway.HealthQuery;
import io.parley.discovery.ConflatingWatcher;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.transport.AddressFormat;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Finds instances in Consul. Thread-safe. */
final class ConsulResolver implements ServiceResolver {

    private final ConsulSettings settings;
    private final SharedAgent agent;
    private final AddressFormat addresses;
    private final Consumer<SharedAgent> release;
    private final Pool watching;
    private final Map<ConflatingWatcher, WatchKey> watches = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private boolean isClosed;

    /** @param release is called when this resolver no longer needs the agent */
    ConsulResolver(
            ConsulSettings settings,
            SharedAgent agent,
            Environment environment,
            AddressFormat addresses,
            Consumer<SharedAgent> release) {
        this.settings = settings;
        this.agent = agent;
        this.addresses = addresses;
        this.release = release;
        this.watching = environment.openPool("parley-consul-discovery", 1);
    }

    /** @throws IllegalArgumentException also if with the prefix the name is too long for Consul */
    @Override
    public Watch watch(String service, Watcher watcher) {
        String consulName = settings.consulName(service);
        var key = new WatchKey(service, addresses);
        var conflating = new ConflatingWatcher(service, Objects.requireNonNull(watcher, "watcher"), watching);
        synchronized (lock) {
            if (isClosed) {
                throw new IllegalStateException("This resolver is closed");
            }
            watches.put(conflating, key);
            agent.join(key, consulName, conflating);
        }
        return () -> end(conflating);
    }

    /** Returns the services tagged as Parley's with an instance that Consul takes for healthy. Sends one request for each tagged service. */
    @Override
    public Collection<String> services() {
        var services = new TreeSet<String>();
        try {
            for (String service : PeerEntry.services(agent.gateway().services(), settings.prefix())) {
                var query = HealthQuery.now(settings.consulName(service));
                if (agent.gateway().health(query, new AbortHandle()).entries().stream()
                        .anyMatch(entry -> isPeer(entry, service))) {
                    services.add(service);
                }
            }
        } catch (ConsulException e) {
            throw new DiscoveryException(String.valueOf(e.getMessage()), e);
        }
        return List.copyOf(services);
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        List.copyOf(watches.keySet()).forEach(this::end);
        watching.close();
        release.accept(agent);
    }

    private void end(ConflatingWatcher watcher) {
        watcher.close();
        WatchKey key = watches.remove(watcher);
        if (key != null) {
            agent.leave(key, watcher);
        }
    }

    private boolean isPeer(CatalogEntry entry, String service) {
        try {
            PeerEntry.read(entry, service, addresses);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
