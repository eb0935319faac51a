package io.parley.discovery.memory;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Announces one instance in memory. Thread-safe. */
final class MemoryRegistry implements ServiceRegistry {

    /** Guarded by the lock of the discovery, as is {@link #isClosed}. */
    @Nullable
    Instance announced;

    boolean isClosed;

    private final InMemoryDiscovery discovery;

    MemoryRegistry(InMemoryDiscovery discovery) {
        this.discovery = discovery;
    }

    @Override
    public void announce(Instance instance) {
        discovery.announce(this, Objects.requireNonNull(instance, "instance"));
    }

    @Override
    public void withdraw() {
        discovery.withdraw(this);
    }

    @Override
    public void close() {
        discovery.close(this);
    }

    void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("This registry is closed");
        }
    }
}
