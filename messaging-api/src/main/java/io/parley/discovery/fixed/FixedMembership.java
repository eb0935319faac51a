package io.parley.discovery.fixed;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.time.Timers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One participant: every watcher is told once, and again if names come to stand for something else. Thread-safe. */
final class FixedMembership implements Membership {

    private static final Logger LOG = System.getLogger(FixedDiscovery.class.getName());

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final FixedDiscovery discovery;
    private final Timers timers;
    private final Pool pool;
    private boolean closed;

    FixedMembership(FixedDiscovery discovery, Environment environment) {
        this.discovery = discovery;
        timers = environment.openTimers("parley-fixed-timers");
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
        var watching =
                new Watching(ChannelName.requireServiceName(service), Objects.requireNonNull(watcher, "watcher"));
        pool.execute(watching::look);
        return watching;
    }

    @Override
    public Collection<String> services() {
        return List.copyOf(discovery.services());
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            timers.close();
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

    /** A watch of one service, which looks again from time to time if there are names. Its looks come one after the other. */
    private final class Watching implements Watch {

        private final String service;
        private final Watcher watcher;
        private volatile boolean ended;
        private @Nullable List<Instance> told;

        Watching(String service, Watcher watcher) {
            this.service = service;
            this.watcher = watcher;
        }

        @Override
        public void close() {
            ended = true;
        }

        void look() {
            if (ended || isClosed()) {
                return;
            }
            List<Instance> found = discovery.instances(service);
            if (!found.equals(told) && !ended && !isClosed()) {
                told = found;
                tell(found);
            }
            if (discovery.hasNames(service)) {
                timers.schedule(LOOK_AGAIN, this::lookAgain);
            }
        }

        private void lookAgain() {
            synchronized (FixedMembership.this) {
                if (!ended && !closed) {
                    pool.execute(this::look);
                }
            }
        }

        private void tell(List<Instance> instances) {
            try {
                watcher.onSnapshot(instances);
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
            }
        }
    }
}
