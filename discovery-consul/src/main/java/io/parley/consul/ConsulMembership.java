package io.parley.consul;

import io.parley.consul.gateway.CatalogEntry;
import io.parley.consul.gateway.ConsulException;
import io.parley.consul.gateway.Cut;
import io.parley.consul.gateway.HealthQuery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One participant. Thread-safe. */
final class ConsulMembership implements Membership {

    private final ConsulSettings settings;
    private final SharedAgent agent;
    private final Consumer<SharedAgent> release;
    private final OwnRegistration registration;
    private final Pool watching;
    private final Map<ToldWatcher, String> watches = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private boolean isClosed;

    /** @param release is told when this membership needs the agent no more */
    ConsulMembership(
            ConsulSettings settings, SharedAgent agent, Environment environment, Consumer<SharedAgent> release) {
        this.settings = settings;
        this.agent = agent;
        this.release = release;
        this.registration = new OwnRegistration(settings, agent, environment);
        this.watching = environment.openPool("parley-consul-discovery", 1);
        agent.add(registration);
    }

    @Override
    public void requireHoldable(Instance instance) {
        PeerEntry.write(Objects.requireNonNull(instance, "instance"), "", settings);
    }

    @Override
    public void announce(Instance instance) {
        announceFor(instance, "");
    }

    @Override
    public void announceFor(Instance instance, String announcer) {
        var entry = PeerEntry.write(Objects.requireNonNull(instance, "instance"), announcer, settings);
        synchronized (lock) {
            requireOpen();
            registration.announce(instance, entry);
        }
    }

    @Override
    public void withdraw() {
        registration.withdraw();
    }

    @Override
    public void askThrough(Pulse pulse) {
        registration.askThrough(Objects.requireNonNull(pulse, "pulse"));
    }

    /** @throws IllegalArgumentException also if with the prefix the name is too long for Consul */
    @Override
    public Watch watch(String service, Watcher watcher) {
        String consulName = settings.consulName(service);
        var told = new ToldWatcher(service, Objects.requireNonNull(watcher, "watcher"), watching);
        synchronized (lock) {
            requireOpen();
            watches.put(told, service);
            agent.join(service, consulName, told);
        }
        return () -> end(told);
    }

    /**
     * Those tagged as Parley's of which Consul holds an instance for healthy, and what is announced here, be it under way. Asks once for
     * each that is tagged.
     */
    @Override
    public Collection<String> services() {
        var services = new TreeSet<String>();
        String own = registration.service();
        if (own != null) {
            services.add(own);
        }
        try {
            for (String service : PeerEntry.services(agent.gateway().services(), settings.prefix())) {
                var query = HealthQuery.now(settings.consulName(service));
                if (agent.gateway().health(query, new Cut()).entries().stream()
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
        agent.remove(registration);
        registration.close();
        watching.close();
        release.accept(agent);
    }

    private void end(ToldWatcher watcher) {
        watcher.end();
        String service = watches.remove(watcher);
        if (service != null) {
            agent.leave(service, watcher);
        }
    }

    private static boolean isPeer(CatalogEntry entry, String service) {
        try {
            PeerEntry.read(entry, service);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("This membership is closed");
        }
    }
}
