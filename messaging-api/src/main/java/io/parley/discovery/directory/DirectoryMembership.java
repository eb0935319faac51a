package io.parley.discovery.directory;

import io.parley.channel.ChannelName;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.time.TimeSource;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One participant. A timer of the environment wakes a pool of one thread, which renews the lease, looks at the directory and
 * calls the watchers; so nothing here needs real time or a thread of its own, and calls come one after the other.
 *
 * <p>Thread-safe.
 */
final class DirectoryMembership implements Membership {

    private static final Logger LOG = System.getLogger(LocalDirectoryDiscovery.class.getName());

    private final LeaseDirectory directory;
    private final LeaseScan scan;
    private final OwnLease lease;
    private final Duration ttl;
    private final Duration pollInterval;
    private final TimeSource time;
    private final Pool pool;
    private final List<DirectoryWatch> watches = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private TimeSource.@Nullable Timer timer;
    private volatile boolean closed;

    /** Confined to the pool's thread. */
    private long sweptAt;

    DirectoryMembership(LeaseDirectory directory, Duration ttl, Duration pollInterval, Environment environment) {
        this.directory = directory;
        this.scan = new LeaseScan(directory, environment.time());
        this.lease = new OwnLease(directory, scan, ttl, environment);
        this.ttl = ttl;
        this.pollInterval = pollInterval;
        this.time = environment.time();
        this.pool = environment.openPool("parley-directory-discovery", 1);
    }

    void start() {
        execute(this::onSweepDue);
        scheduleNext();
    }

    @Override
    public void announce(Instance instance) {
        Objects.requireNonNull(instance, "instance");
        synchronized (lock) {
            requireOpen();
            lease.announce(instance);
        }
        execute(this::onLook);
    }

    @Override
    public void withdraw() {
        lease.withdraw();
        execute(this::onLook);
    }

    @Override
    public Watch watch(String service, Watcher watcher) {
        var watch =
                new DirectoryWatch(ChannelName.requireServiceName(service), Objects.requireNonNull(watcher, "watcher"));
        synchronized (lock) {
            requireOpen();
            watches.add(watch);
        }
        execute(this::onLook);
        return watch;
    }

    @Override
    public Collection<String> services() {
        try {
            return LeaseScan.servicesOf(scan.look(service -> true));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            if (timer != null) {
                timer.cancel();
            }
        }
        watches.forEach(DirectoryWatch::close);
        lease.withdraw();
        scan.close();
        pool.close();
    }

    private void scheduleNext() {
        synchronized (lock) {
            if (!closed) {
                timer = time.schedule(pollInterval, () -> execute(this::onTimer));
            }
        }
    }

    private void execute(Runnable look) {
        try {
            pool.execute(() -> {
                if (!closed) {
                    look.run();
                }
            });
        } catch (RejectedExecutionException e) {
            // Closed meanwhile, so that there is nothing left to do.
        }
    }

    private void onTimer() {
        try {
            lease.keepUp();
            onLook();
            if (time.nanoTime() - sweptAt >= ttl.toNanos()) {
                onSweepDue();
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A look at " + directory.path() + " failed", e);
        } finally {
            scheduleNext();
        }
    }

    private void onLook() {
        if (watches.isEmpty()) {
            return;
        }
        Set<String> wanted = new HashSet<>();
        watches.forEach(watch -> wanted.add(watch.service));
        List<Instance> live;
        try {
            live = scan.look(wanted::contains);
        } catch (IOException e) {
            DiscoveryException problem = unreadable(e);
            watches.forEach(watch -> watch.onProblem(problem));
            return;
        } catch (DiscoveryException e) {
            watches.forEach(watch -> watch.onProblem(e));
            return;
        }
        for (DirectoryWatch watch : watches) {
            if (wanted.contains(watch.service)) {
                watch.onLive(live.stream()
                        .filter(instance -> instance.service().equals(watch.service))
                        .toList());
            }
        }
    }

    private void onSweepDue() {
        sweptAt = time.nanoTime();
        try {
            scan.sweep();
        } catch (IOException | DiscoveryException e) {
            LOG.log(Level.DEBUG, "Stale leases could not be swept from " + directory.path(), e);
        }
    }

    private DiscoveryException unreadable(IOException e) {
        return new DiscoveryException("The directory " + directory.path() + " cannot be read: " + e, e);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This membership is closed");
        }
    }

    /** What one watcher was told; confined to the pool's thread, save for closing. */
    private final class DirectoryWatch implements Watch {

        private final String service;
        private final Watcher watcher;
        private volatile boolean ended;
        private @Nullable Set<Instance> told;
        private boolean failing;

        DirectoryWatch(String service, Watcher watcher) {
            this.service = service;
            this.watcher = watcher;
        }

        @Override
        public void close() {
            ended = true;
            watches.remove(this);
        }

        void onLive(List<Instance> live) {
            Set<Instance> set = Set.copyOf(live);
            if (!set.equals(told)) {
                told = set;
                failing = false;
                call(() -> watcher.onSnapshot(live));
            }
        }

        void onProblem(DiscoveryException problem) {
            if (!failing) {
                failing = true;
                told = null;
                call(() -> watcher.onError(problem));
            }
        }

        private void call(Runnable call) {
            if (ended) {
                return;
            }
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
            }
        }
    }
}
