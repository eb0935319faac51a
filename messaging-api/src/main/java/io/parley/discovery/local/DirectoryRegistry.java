package io.parley.discovery.local;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import java.util.Objects;

/** Announces one instance by a lease in a directory. The shared directory's thread renews it. Thread-safe. */
final class DirectoryRegistry implements ServiceRegistry, SharedDirectory.Member {

    private final SharedDirectory shared;
    private final OwnLease lease;
    private final LeasePace pace;
    private final Object lock = new Object();
    private boolean isClosed;
    private boolean hasLeft;

    DirectoryRegistry(SharedDirectory shared, LeasePace pace) {
        this.shared = shared;
        this.lease = new OwnLease(shared.directory, shared.scan, pace.ttl(), shared.environment);
        this.pace = pace;
    }

    @Override
    public LeasePace pace() {
        return pace;
    }

    @Override
    public void announce(Instance instance) {
        Objects.requireNonNull(instance, "instance");
        synchronized (lock) {
            if (isClosed) {
                throw new IllegalStateException("This registry is closed");
            }
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
    public void close() {
        synchronized (lock) {
            if (hasLeft) {
                return;
            }
            isClosed = true;
        }
        // All of this can be repeated if it was cut off half-way, as for want of memory.
        lease.withdraw();
        shared.leave(this);
        synchronized (lock) {
            hasLeft = true;
        }
    }

    void keepUp() {
        lease.keepUp();
    }
}
