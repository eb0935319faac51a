package io.parley.discovery.memory;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One participant. Thread-safe. */
final class MemoryMembership implements Membership {

    /** Guarded by the registry's lock, as is {@link #closed}. */
    @Nullable
    Instance announced;

    boolean closed;

    final Environment environment;

    /** Shared with others. */
    final Pool pool;

    private final InMemoryDiscovery registry;

    MemoryMembership(InMemoryDiscovery registry, Environment environment, Pool pool) {
        this.registry = registry;
        this.environment = environment;
        this.pool = pool;
    }

    @Override
    public void announce(Instance instance) {
        registry.announce(this, Objects.requireNonNull(instance, "instance"));
    }

    @Override
    public void withdraw() {
        registry.withdraw(this);
    }

    @Override
    public Watch watch(String service, Watcher watcher) {
        return registry.watch(
                this, ChannelName.requireServiceName(service), Objects.requireNonNull(watcher, "watcher"));
    }

    @Override
    public Collection<String> services() {
        return registry.services();
    }

    @Override
    public void close() {
        registry.close(this);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This membership is closed");
        }
    }
}
