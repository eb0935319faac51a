package io.parley.discovery.fixed;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** One participant: every watcher is told once. Thread-safe. */
final class FixedMembership implements Membership {

    private static final Logger LOG = System.getLogger(FixedDiscovery.class.getName());

    private final FixedDiscovery discovery;
    private final Pool pool;
    private boolean closed;

    FixedMembership(FixedDiscovery discovery, Environment environment) {
        this.discovery = discovery;
        pool = environment.openPool("parley-fixed-discovery", 1);
    }

    @Override
    public synchronized void announce(Instance instance) {
        Objects.requireNonNull(instance, "instance");
        requireOpen();
    }

    @Override
    public void withdraw() {}

    @Override
    public synchronized Watch watch(String service, Watcher watcher) {
        requireOpen();
        List<Instance> instances = discovery.instances(ChannelName.requireServiceName(service));
        Objects.requireNonNull(watcher, "watcher");
        var ended = new AtomicBoolean();
        pool.execute(() -> {
            if (!ended.get() && !isClosed()) {
                tell(service, watcher, instances);
            }
        });
        return () -> ended.set(true);
    }

    private static void tell(String service, Watcher watcher, List<Instance> instances) {
        try {
            watcher.onSnapshot(instances);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
        }
    }

    @Override
    public Collection<String> services() {
        return List.copyOf(discovery.services());
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            pool.close();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This membership is closed");
        }
    }
}
