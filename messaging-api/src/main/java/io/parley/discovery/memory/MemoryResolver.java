package io.parley.discovery.memory;

import io.parley.channel.ChannelName;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import java.util.Collection;
import java.util.Objects;

/** Finds the instances that are announced in memory. Thread-safe. */
final class MemoryResolver implements ServiceResolver {

    /** Guarded by the lock of the discovery. */
    boolean isClosed;

    final Environment environment;

    /** Shared with the other resolvers of the environment. */
    final Pool pool;

    private final InMemoryDiscovery discovery;

    MemoryResolver(InMemoryDiscovery discovery, Environment environment, Pool pool) {
        this.discovery = discovery;
        this.environment = environment;
        this.pool = pool;
    }

    @Override
    public Watch watch(String service, Watcher watcher) {
        return discovery.watch(
                this, ChannelName.requireServiceName(service), Objects.requireNonNull(watcher, "watcher"));
    }

    @Override
    public Collection<String> services() {
        return discovery.services();
    }

    @Override
    public void close() {
        discovery.close(this);
    }

    void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("This resolver is closed");
        }
    }
}
