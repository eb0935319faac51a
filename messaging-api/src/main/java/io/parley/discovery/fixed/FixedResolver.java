package io.parley.discovery.fixed;

import io.parley.channel.ChannelName;
import io.parley.discovery.ConflatingWatcher;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.time.Timers;
import io.parley.transport.AddressFormat;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Resolves services to the addresses that were given: once, and every ten seconds where these have host names. Thread-safe. */
final class FixedResolver implements ServiceResolver {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final FixedDiscovery discovery;
    private final AddressFormat addresses;
    private final Timers timers;
    private final Pool pool;
    private final Set<Watching> watches = ConcurrentHashMap.newKeySet();
    private boolean isClosed;

    FixedResolver(FixedDiscovery discovery, Environment environment, AddressFormat addresses) {
        this.discovery = discovery;
        this.addresses = addresses;
        timers = environment.openTimers("parley-fixed-timers");
        pool = environment.openPool("parley-fixed-discovery", 1);
    }

    @Override
    public synchronized Watch watch(String service, Watcher watcher) {
        if (isClosed) {
            throw new IllegalStateException("This resolver is closed");
        }
        var watching =
                new Watching(ChannelName.requireServiceName(service), Objects.requireNonNull(watcher, "watcher"));
        watches.add(watching);
        pool.execute(watching::look);
        return watching;
    }

    @Override
    public Collection<String> services() {
        return List.copyOf(discovery.services());
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            watches.forEach(Watching::close);
            timers.close();
            pool.close();
        }
    }

    /** A watch of one service. Its looks come one after the other. */
    private final class Watching implements Watch {

        private final String service;
        private final ConflatingWatcher watcher;
        private volatile boolean isEnded;

        Watching(String service, Watcher watcher) {
            this.service = service;
            this.watcher = new ConflatingWatcher(service, watcher, pool);
        }

        @Override
        public void close() {
            isEnded = true;
            watcher.close();
            watches.remove(this);
        }

        void look() {
            if (isEnded) {
                return;
            }
            List<Instance> found = discovery.instances(service, addresses);
            synchronized (FixedResolver.this) {
                if (isEnded) {
                    return;
                }
                watcher.onSnapshot(found);
                if (discovery.hasNames(service, addresses)) {
                    timers.schedule(LOOK_AGAIN, this::lookAgain);
                }
            }
        }

        private void lookAgain() {
            synchronized (FixedResolver.this) {
                if (!isEnded) {
                    pool.execute(this::look);
                }
            }
        }
    }
}
