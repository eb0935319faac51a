package io.parley.consul;

import io.parley.consul.gateway.ConsulGateway;
import io.parley.discovery.ConflatingWatcher;
import io.parley.environment.Environment;
import io.parley.time.Timers;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The shared state of all resolvers and registries of a discovery: connections to Consul, and one watch for each service. Thread-safe. */
final class SharedAgent implements AutoCloseable {

    /** Guarded by the discovery's lock. */
    int users;

    private final ConsulSettings settings;
    private final Environment environment;
    private final Timers timers;
    private final ConsulGateway gateway;
    private final WatchLanes lanes;
    private final Map<WatchKey, ServiceWatch> watches = new HashMap<>();
    private final Set<OwnRegistration> registrations = ConcurrentHashMap.newKeySet();
    private volatile long doubtedUntil;
    private volatile boolean isDoubted;

    SharedAgent(ConsulSettings settings, Environment environment) {
        this.settings = settings;
        this.environment = environment;
        timers = environment.openTimers("parley-consul-timers");
        gateway = new ConsulGateway(settings.gateway(), timers);
        lanes = new WatchLanes(environment, settings.connections());
    }

    /** Open as long as there is a user. */
    Timers timers() {
        return timers;
    }

    ConsulGateway gateway() {
        return gateway;
    }

    /** @param consulName what Consul calls the service */
    void join(WatchKey key, String consulName, ConflatingWatcher watcher) {
        synchronized (watches) {
            ServiceWatch watch = watches.get(key);
            if (watch == null) {
                watch = new ServiceWatch(key, consulName, settings, gateway, environment, this);
                watches.put(key, watch);
                watch.join(watcher);
                lanes.add(watch);
            } else {
                watch.join(watcher);
            }
        }
    }

    void leave(WatchKey key, ConflatingWatcher watcher) {
        synchronized (watches) {
            ServiceWatch watch = watches.get(key);
            if (watch != null && watch.leave(watcher)) {
                watches.remove(key);
                watch.end();
                lanes.remove(watch);
            }
        }
    }

    boolean isCrowded() {
        return lanes.isCrowded();
    }

    /** A registration cannot reach Consul, once more, or was forgotten by it. */
    void onTrouble() {
        doubtedUntil = environment.time().nanoTime() + settings.grace().toNanos();
        isDoubted = true;
    }

    /**
     * Whether that was a moment ago. Then those of others will have fared no better, and whoever lives has to be given time to be found
     * alive.
     */
    boolean isDoubted() {
        return isDoubted && environment.time().nanoTime() - doubtedUntil < 0;
    }

    void add(OwnRegistration registration) {
        registrations.add(registration);
    }

    void remove(OwnRegistration registration) {
        registrations.remove(registration);
    }

    /** Consul answers again; it may have forgotten what it knew. */
    void onBack() {
        registrations.forEach(OwnRegistration::lookNow);
    }

    @Override
    public void close() {
        synchronized (watches) {
            watches.values().forEach(ServiceWatch::end);
            watches.clear();
        }
        lanes.close();
        gateway.close();
        timers.close();
    }
}
