package io.parley.discovery.memory;

import io.parley.discovery.ConflatingWatcher;
import io.parley.discovery.ServiceResolver;

/** One watch of a service in memory. Thread-safe. */
final class MemoryWatch implements ServiceResolver.Watch {

    final MemoryResolver owner;
    final String service;
    final ConflatingWatcher watcher;

    private final InMemoryDiscovery discovery;

    MemoryWatch(InMemoryDiscovery discovery, MemoryResolver owner, String service, ServiceResolver.Watcher watcher) {
        this.discovery = discovery;
        this.owner = owner;
        this.service = service;
        this.watcher = new ConflatingWatcher(service, watcher, owner.pool);
    }

    @Override
    public void close() {
        discovery.close(this);
    }
}
