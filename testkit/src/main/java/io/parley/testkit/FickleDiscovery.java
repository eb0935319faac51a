package io.parley.testkit;

import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A registry that loses sight of instances that another one knows, makes some up, or says nothing new. Thread-safe. */
public final class FickleDiscovery {

    private final Set<String> lost = new HashSet<>();
    private final List<Instance> added = new ArrayList<>();
    private final List<Filtered> watchers = new CopyOnWriteArrayList<>();
    private boolean stopped;

    /** Creates one that shows all there is. */
    public FickleDiscovery() {}

    /** The registry {@code other} as it is seen through this one. */
    public Discovery over(Discovery other) {
        return new Discovery() {
            @Override
            public ServiceResolver openResolver(Environment environment, AddressFormat addresses) {
                return new FickleResolver(other.openResolver(environment, addresses));
            }

            @Override
            public Optional<ServiceRegistry> openRegistry(Environment environment, AddressFormat addresses) {
                return other.openRegistry(environment, addresses);
            }
        };
    }

    /** From now on no instance of this name is shown. */
    public void lose(String name) {
        synchronized (this) {
            lost.add(name);
        }
        watchers.forEach(Filtered::tell);
    }

    /** From now on instances of this name are shown again. */
    public void find(String name) {
        synchronized (this) {
            lost.remove(name);
        }
        watchers.forEach(Filtered::tell);
    }

    /** From now on this one is shown as well. */
    public void add(Instance instance) {
        synchronized (this) {
            added.add(instance);
        }
        watchers.forEach(Filtered::tell);
    }

    /** Nobody is told anything any more. */
    public synchronized void stop() {
        stopped = true;
    }

    private synchronized List<Instance> seen(Collection<Instance> all, String service) {
        return Stream.concat(
                        all.stream().filter(instance -> !lost.contains(instance.name())),
                        added.stream().filter(instance -> instance.service().equals(service)))
                .toList();
    }

    private final class FickleResolver implements ServiceResolver {

        private final ServiceResolver to;

        FickleResolver(ServiceResolver to) {
            this.to = to;
        }

        @Override
        public Watch watch(String service, Watcher watcher) {
            var filtered = new Filtered(service, watcher);
            watchers.add(filtered);
            return to.watch(service, filtered);
        }

        @Override
        public Collection<String> services() {
            return to.services();
        }

        @Override
        public void close() {
            to.close();
        }
    }

    private final class Filtered implements ServiceResolver.Watcher {

        private final String service;
        private final ServiceResolver.Watcher to;
        private Collection<Instance> all = List.of();

        Filtered(String service, ServiceResolver.Watcher to) {
            this.service = service;
            this.to = to;
        }

        void tell() {
            // Under the lock, so that what is told last is what is true.
            synchronized (FickleDiscovery.this) {
                if (!stopped) {
                    to.onSnapshot(seen(all, service));
                }
            }
        }

        @Override
        public void onSnapshot(Collection<Instance> instances) {
            synchronized (FickleDiscovery.this) {
                all = List.copyOf(instances);
                tell();
            }
        }

        @Override
        public void onError(Exception problem) {
            to.onError(problem);
        }
    }
}
