package io.parley.discovery.directory;

import io.parley.channel.ChannelName;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** One participant: its lease and its watches. What it does now and then, the shared directory's thread does. Thread-safe. */
final class DirectoryMembership implements Membership {

    private final SharedDirectory shared;
    private final OwnLease lease;
    private final Duration ttl;
    private final Duration pollInterval;
    private final List<DirectoryWatch> watches = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private boolean closed;
    private boolean left;

    DirectoryMembership(SharedDirectory shared, Duration ttl, Duration pollInterval) {
        this.shared = shared;
        this.lease = new OwnLease(shared.directory, shared.scan, ttl, shared.environment);
        this.ttl = ttl;
        this.pollInterval = pollInterval;
    }

    Duration ttl() {
        return ttl;
    }

    Duration pollInterval() {
        return pollInterval;
    }

    @Override
    public void announce(Instance instance) {
        Objects.requireNonNull(instance, "instance");
        synchronized (lock) {
            requireOpen();
            lease.announce(instance);
        }
        shared.requestLook();
    }

    @Override
    public void withdraw() {
        lease.withdraw();
        shared.requestLook();
    }

    @Override
    public Watch watch(String service, Watcher watcher) {
        ChannelName.requireServiceName(service);
        var watch = new DirectoryWatch(
                service, Objects.requireNonNull(watcher, "watcher"), shared.watchers, this::onClosed);
        synchronized (lock) {
            requireOpen();
            watches.add(watch);
        }
        shared.requestLook();
        return watch;
    }

    @Override
    public Collection<String> services() {
        return shared.services();
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (left) {
                return;
            }
            closed = true;
        }
        // All of it can be done again if it was cut off half-way, as for want of memory.
        watches.forEach(DirectoryWatch::close);
        lease.withdraw();
        shared.leave(this);
        synchronized (lock) {
            left = true;
        }
    }

    void keepUp() {
        lease.keepUp();
    }

    void addWatchedTo(Set<String> services) {
        watches.forEach(watch -> services.add(watch.service()));
    }

    /** Called after a look for {@code services}, to which a watch begun meanwhile need not belong. */
    void onLook(Set<String> services, LeaseScan scan) {
        for (DirectoryWatch watch : watches) {
            if (services.contains(watch.service())) {
                watch.offer(scan.live(watch.service()));
            }
        }
    }

    void onProblem(DiscoveryException problem) {
        watches.forEach(watch -> watch.offer(problem));
    }

    private void onClosed(DirectoryWatch watch) {
        watches.remove(watch);
        shared.requestLook(); // so that what nobody watches any more is no longer looked at
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This membership is closed");
        }
    }
}
