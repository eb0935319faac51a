package io.parley.discovery.memory;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.transport.AddressFormat;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory, shared by the peers that are given the same object. Watchers are called in a pool of the
 * resolver's environment, so that a simulation calls them in its one thread. The resolvers of one environment share that pool, which has
 * no thread while nothing changes.
 *
 * <p>If two registries announce the same instance of the same service, the newer announcement is the one that is seen.
 *
 * <p>{@link #failWith} and {@link #recover} let a test take the registry away for a while.
 *
 * <p>Thread-safe.
 */
public final class InMemoryDiscovery implements Discovery {

    /** More than one, so that a slow watcher does not hold up all others. */
    private static final int THREADS = 4;

    /** Guards everything below, and the state of resolvers and registries. No watcher is called under it. */
    private final Object lock = new Object();

    /** By service and by name, in the order of their first announcement. No service is without an announcement. */
    private final Map<String, Map<String, Announcement>> announcements = new HashMap<>();

    /** In the order in which they came, which a simulation repeats. */
    private final Set<MemoryWatch> watches = new LinkedHashSet<>();

    private final Map<Environment, SharedPool> pools = new HashMap<>();
    private @Nullable Exception failure;

    private InMemoryDiscovery() {}

    /** An empty registry. */
    public static InMemoryDiscovery create() {
        return new InMemoryDiscovery();
    }

    @Override
    public ServiceResolver openResolver(Environment environment, AddressFormat addresses) {
        synchronized (lock) {
            SharedPool shared = pools.computeIfAbsent(
                    environment, first -> new SharedPool(first.openPool("parley-memory-discovery", THREADS)));
            shared.resolvers++;
            return new MemoryResolver(this, environment, shared.pool);
        }
    }

    @Override
    public Optional<ServiceRegistry> openRegistry(Environment environment, AddressFormat addresses) {
        return Optional.of(new MemoryRegistry(this));
    }

    /**
     * Lets the registry fail: every watcher is told {@code problem}, and nothing more until {@link #recover}. Announcements and
     * withdrawals meanwhile are seen afterwards.
     */
    public void failWith(Exception problem) {
        Objects.requireNonNull(problem, "problem");
        synchronized (lock) {
            failure = problem;
            List.copyOf(watches).forEach(watch -> watch.watcher.onError(problem));
        }
    }

    /** Ends the failure: every watcher receives a snapshot, even if it is equal to the one before. */
    public void recover() {
        synchronized (lock) {
            if (failure != null) {
                failure = null;
                var snapshots = new HashMap<String, List<Instance>>();
                List.copyOf(watches)
                        .forEach(watch ->
                                watch.watcher.onSnapshot(snapshots.computeIfAbsent(watch.service, this::instances)));
            }
        }
    }

    void announce(MemoryRegistry owner, Instance instance) {
        synchronized (lock) {
            owner.requireOpen();
            Instance before = owner.announced;
            if (before != null && !before.label().equals(instance.label())) {
                remove(owner, before);
            }
            owner.announced = instance;
            announcements
                    .computeIfAbsent(instance.service(), first -> new LinkedHashMap<>())
                    .put(instance.name(), new Announcement(owner, instance));
            changed(instance.service());
        }
    }

    void withdraw(MemoryRegistry owner) {
        synchronized (lock) {
            Instance before = owner.announced;
            if (before != null) {
                owner.announced = null;
                remove(owner, before);
            }
        }
    }

    MemoryWatch watch(MemoryResolver owner, String service, ServiceResolver.Watcher watcher) {
        synchronized (lock) {
            owner.requireOpen();
            var watch = new MemoryWatch(this, owner, service, watcher);
            watches.add(watch);
            if (failure == null) {
                watch.watcher.onSnapshot(instances(service));
            } else {
                watch.watcher.onError(failure);
            }
            return watch;
        }
    }

    void close(MemoryWatch watch) {
        synchronized (lock) {
            watch.watcher.close();
            watches.remove(watch);
        }
    }

    void close(MemoryRegistry owner) {
        synchronized (lock) {
            withdraw(owner);
            owner.isClosed = true;
        }
    }

    void close(MemoryResolver owner) {
        synchronized (lock) {
            if (owner.isClosed) {
                return;
            }
            owner.isClosed = true;
            for (MemoryWatch watch : List.copyOf(watches)) {
                if (watch.owner == owner) {
                    close(watch);
                }
            }
            leavePool(owner.environment);
        }
    }

    Collection<String> services() {
        synchronized (lock) {
            if (failure != null) {
                throw new DiscoveryException("The registry cannot be read", failure);
            }
            return List.copyOf(new TreeSet<>(announcements.keySet()));
        }
    }

    private List<Instance> instances(String service) {
        return announcements.getOrDefault(service, Map.of()).values().stream()
                .map(Announcement::instance)
                .toList();
    }

    private void remove(MemoryRegistry owner, Instance instance) {
        Map<String, Announcement> ofService = announcements.getOrDefault(instance.service(), Map.of());
        Announcement current = ofService.get(instance.name());
        if (current != null && current.owner == owner) {
            ofService.remove(instance.name());
            if (ofService.isEmpty()) {
                announcements.remove(instance.service());
            }
            changed(instance.service());
        }
    }

    /** Makes one snapshot for all watchers of the service. */
    private void changed(String service) {
        if (failure != null) {
            return;
        }
        List<Instance> snapshot = null;
        for (MemoryWatch watch : List.copyOf(watches)) {
            if (watch.service.equals(service)) {
                snapshot = snapshot == null ? instances(service) : snapshot;
                watch.watcher.onSnapshot(snapshot);
            }
        }
    }

    private void leavePool(Environment environment) {
        SharedPool shared = Objects.requireNonNull(pools.get(environment));
        shared.resolvers--;
        if (shared.resolvers == 0) {
            pools.remove(environment);
            shared.pool.close();
        }
    }

    private record Announcement(MemoryRegistry owner, Instance instance) {}

    /** Calls the watchers of all resolvers of one environment. Guarded by the lock of the discovery. */
    private static final class SharedPool {

        private final Pool pool;
        private int resolvers;

        SharedPool(Pool pool) {
            this.pool = pool;
        }
    }
}
