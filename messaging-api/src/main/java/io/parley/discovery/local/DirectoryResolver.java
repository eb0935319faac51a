package io.parley.discovery.local;

import io.parley.channel.ChannelName;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.ServiceResolver;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Watches the leases of a directory. The shared directory's thread reads them. Thread-safe. */
final class DirectoryResolver implements ServiceResolver, SharedDirectory.Member {

    private final SharedDirectory shared;
    private final LeasePace pace;
    private final List<DirectoryWatch> watches = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private boolean isClosed;
    private boolean hasLeft;

    DirectoryResolver(SharedDirectory shared, LeasePace pace) {
        this.shared = shared;
        this.pace = pace;
    }

    @Override
    public LeasePace pace() {
        return pace;
    }

    @Override
    public Watch watch(String service, Watcher watcher) {
        ChannelName.requireServiceName(service);
        var watch = new DirectoryWatch(
                service, Objects.requireNonNull(watcher, "watcher"), shared.watchers, this::onClosed);
        synchronized (lock) {
            if (isClosed) {
                throw new IllegalStateException("This resolver is closed");
            }
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
            if (hasLeft) {
                return;
            }
            isClosed = true;
        }
        // All of this can be repeated if it was cut off half-way, as for want of memory.
        watches.forEach(DirectoryWatch::close);
        shared.leave(this);
        synchronized (lock) {
            hasLeft = true;
        }
    }

    void addWatchedTo(Set<String> services) {
        watches.forEach(watch -> services.add(watch.service()));
    }

    /** Called after a look for {@code services}, to which a watch begun meanwhile need not belong. */
    void onLook(Set<String> services, LeaseScan scan) {
        for (DirectoryWatch watch : watches) {
            if (services.contains(watch.service())) {
                watch.onLive(scan.live(watch.service()));
            }
        }
    }

    void onProblem(DiscoveryException problem) {
        watches.forEach(watch -> watch.onProblem(problem));
    }

    private void onClosed(DirectoryWatch watch) {
        watches.remove(watch);
        shared.requestLook(); // so that services that nobody watches any longer are not looked at
    }
}
