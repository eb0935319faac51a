package io.parley.discovery.memory;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory, shared by the peers that are given the same object. Watchers are called in a pool of their
 * membership's environment, so that in a simulation they are called by the one thread it has. The memberships of one environment
 * share that pool, which has no thread while nothing changes.
 *
 * <p>If two memberships announce the same instance of the same service, the newer announcement is the one that is seen.
 *
 * <p>{@link #failWith} and {@link #recover} let a test take the registry away for a while.
 *
 * <p>Thread-safe.
 */
public final class InMemoryDiscovery implements Discovery {

    /** More than one, so that a watcher that takes its time does not hold up all others. */
    private static final int THREADS = 4;

    /** Guards everything below, and the state of memberships and watches. No watcher is called under it. */
    private final Object lock = new Object();

    private final Map<String, Announcement> announcements = new LinkedHashMap<>();
    /** In the order in which they came, which a simulation repeats. */
    private final Set<MemoryWatch> watches = new LinkedHashSet<>();

    /** Of the services that somebody watches; made once a change, not once a watcher. */
    private final Map<String, Snapshot> snapshots = new HashMap<>();

    private final Map<Environment, SharedPool> pools = new HashMap<>();
    private @Nullable Exception failure;

    private InMemoryDiscovery() {}

    /** An empty registry. */
    public static InMemoryDiscovery create() {
        return new InMemoryDiscovery();
    }

    @Override
    public Membership open(Environment environment) {
        synchronized (lock) {
            SharedPool shared = pools.computeIfAbsent(
                    environment, first -> new SharedPool(first.openPool("parley-memory-discovery", THREADS)));
            shared.memberships++;
            return new MemoryMembership(this, environment, shared.pool);
        }
    }

    /**
     * From now on the registry cannot be read: every watcher is told {@code problem}, and no more until {@link #recover}. What is
     * announced or withdrawn meanwhile is seen afterwards.
     */
    public void failWith(Exception problem) {
        Objects.requireNonNull(problem, "problem");
        synchronized (lock) {
            failure = problem;
            List.copyOf(watches).forEach(watch -> watch.changed(problem));
        }
    }

    /** Ends the failure: every watcher is given a snapshot, though it be the same as the one before. */
    public void recover() {
        synchronized (lock) {
            if (failure != null) {
                failure = null;
                List.copyOf(watches).forEach(watch -> watch.changed(null));
            }
        }
    }

    void announce(MemoryMembership owner, Instance instance) {
        synchronized (lock) {
            owner.requireOpen();
            Instance before = owner.announced;
            if (before != null && !before.label().equals(instance.label())) {
                remove(owner, before);
            }
            owner.announced = instance;
            announcements.put(instance.label(), new Announcement(owner, instance));
            changed(instance.service());
        }
    }

    void withdraw(MemoryMembership owner) {
        synchronized (lock) {
            Instance before = owner.announced;
            if (before != null) {
                owner.announced = null;
                remove(owner, before);
            }
        }
    }

    MemoryWatch watch(MemoryMembership owner, String service, Membership.Watcher watcher) {
        synchronized (lock) {
            owner.requireOpen();
            var watch = new MemoryWatch(this, owner, service, watcher);
            watches.add(watch);
            watch.changed(failure);
            return watch;
        }
    }

    void close(MemoryWatch watch) {
        synchronized (lock) {
            watch.closed = true;
            watches.remove(watch);
        }
    }

    void close(MemoryMembership owner) {
        synchronized (lock) {
            if (owner.closed) {
                return;
            }
            withdraw(owner);
            owner.closed = true;
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
            var services = new TreeSet<String>();
            announcements.values().forEach(announcement -> services.add(announcement.instance.service()));
            return List.copyOf(services);
        }
    }

    /** What {@code watch} is to be told next, or null if nothing. */
    MemoryWatch.@Nullable News next(MemoryWatch watch) {
        synchronized (lock) {
            return watch.takeNews(failure == null ? snapshotOf(watch.service) : null);
        }
    }

    private Snapshot snapshotOf(String service) {
        Snapshot known = snapshots.get(service);
        if (known != null) {
            return known;
        }
        var instances = new ArrayList<Instance>();
        for (Announcement announcement : announcements.values()) {
            if (announcement.instance.service().equals(service)) {
                instances.add(announcement.instance);
            }
        }
        var snapshot = new Snapshot(List.copyOf(instances), Set.copyOf(instances));
        snapshots.put(service, snapshot);
        return snapshot;
    }

    private void remove(MemoryMembership owner, Instance instance) {
        Announcement current = announcements.get(instance.label());
        if (current != null && current.owner == owner) {
            announcements.remove(instance.label());
            changed(instance.service());
        }
    }

    private void changed(String service) {
        snapshots.remove(service);
        if (failure != null) {
            return;
        }
        for (MemoryWatch watch : List.copyOf(watches)) {
            if (watch.service.equals(service)) {
                watch.changed(null);
            }
        }
    }

    private void leavePool(Environment environment) {
        SharedPool shared = Objects.requireNonNull(pools.get(environment));
        shared.memberships--;
        if (shared.memberships == 0) {
            pools.remove(environment);
            shared.pool.close();
        }
    }

    /** The same instances twice: in a steady order to be handed out, and to be compared with. Immutable. */
    record Snapshot(List<Instance> instances, Set<Instance> set) {}

    private record Announcement(MemoryMembership owner, Instance instance) {}

    /** What calls the watchers of all memberships of one environment. Guarded by the registry's lock. */
    private static final class SharedPool {

        private final Pool pool;
        private int memberships;

        SharedPool(Pool pool) {
            this.pool = pool;
        }
    }
}
