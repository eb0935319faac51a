package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/**
 * Opens resolvers and registries of the {@link Discovery} under test and waits for what they do. The contracts extend this class, and the
 * plug-in's test extends the last contract that the plug-in holds to: {@link ServiceResolverContract} if it is read-only, else
 * {@link DiscoveryContract}, which includes {@link ServiceRegistryContract}.
 */
public abstract class DiscoverySetup {

    private final List<ServiceResolver> resolvers = new CopyOnWriteArrayList<>();
    private final List<ServiceRegistry> registries = new CopyOnWriteArrayList<>();

    DiscoverySetup() {}

    /** Returns the discovery under test. Within one test method, all that are returned must lead to the same data, empty at first. */
    protected abstract Discovery discovery();

    /** Returns the environment of all resolvers and registries. */
    protected Environment environment() {
        return Environment.system();
    }

    /** Returns the format of the addresses, which are {@code tcp://127.0.0.1:7001} and the like. */
    protected AddressFormat addresses() {
        return AddressFormat.opaque();
    }

    /** Returns the longest time that a change may take to a watcher. */
    protected Duration limit() {
        return Duration.ofSeconds(60);
    }

    /** Waits for {@code condition}; a test in a simulation runs the simulation meanwhile. */
    protected void await(String what, BooleanSupplier condition) {
        Await.until(() -> what, limit(), condition);
    }

    /** Opens a resolver that is closed after the test. */
    protected final ServiceResolver openResolver() {
        ServiceResolver resolver = discovery().openResolver(environment(), addresses());
        resolvers.add(resolver);
        return resolver;
    }

    /** Opens a registry that is closed after the test. */
    protected final ServiceRegistry openRegistry() {
        ServiceRegistry registry =
                discovery().openRegistry(environment(), addresses()).orElseThrow();
        registries.add(registry);
        return registry;
    }

    /** Announces {@code instance} through a registry of its own. */
    protected final ServiceRegistry announce(Instance instance) {
        ServiceRegistry registry = openRegistry();
        registry.announce(instance);
        return registry;
    }

    /** Watches {@code service} through a resolver of its own. */
    protected final Seen watch(String service) {
        var seen = new Seen();
        openResolver().watch(service, seen);
        return seen;
    }

    @AfterEach
    void closeAll() {
        resolvers.forEach(ServiceResolver::close);
        registries.forEach(ServiceRegistry::close);
    }

    /** Returns an instance to announce, the same one for the same names. */
    protected static Instance instance(String service, String name) {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        channels.put(new ChannelName(service, "place"), InteractionStyle.REQUEST);
        channels.put(new ChannelName(service, "events"), InteractionStyle.PUBLISH);
        return new Instance(
                service,
                name,
                (service + name).hashCode() * 0x9E37_79B9_7F4A_7C15L,
                "tcp://127.0.0.1:7001",
                "tcp://127.0.0.1:7002",
                channels,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                Map.of("zone", "north"));
    }

    /** Waits until the latest snapshot of {@code seen} is exactly {@code expected}. */
    protected final void awaitSet(Seen seen, Instance... expected) {
        awaitSet(seen, List.of(expected));
    }

    /** Waits until the latest snapshot of {@code seen} is exactly {@code expected}. */
    protected final void awaitSet(Seen seen, Collection<Instance> expected) {
        var set = Set.copyOf(expected);
        await(
                "the instances " + set.stream().map(Instance::label).sorted().toList(),
                () -> seen.count() > 0 && seen.latest().equals(set));
    }

    /** A watcher that keeps all it is told. Thread-safe. */
    protected static final class Seen implements ServiceResolver.Watcher {

        private final List<Set<Instance>> snapshots = new CopyOnWriteArrayList<>();
        private final List<Exception> problems = new CopyOnWriteArrayList<>();

        /** Has been told nothing yet. */
        public Seen() {}

        @Override
        public void onSnapshot(Collection<Instance> instances) {
            var set = new HashSet<>(instances);
            assertThat(set).as("a snapshot without duplicates").hasSameSizeAs(instances);
            snapshots.add(set);
        }

        @Override
        public void onError(Exception problem) {
            problems.add(problem);
        }

        public int count() {
            return snapshots.size();
        }

        /** Returns the last snapshot; empty before the first. */
        public Set<Instance> latest() {
            return snapshots.isEmpty() ? Set.of() : snapshots.get(snapshots.size() - 1);
        }

        public List<Set<Instance>> all() {
            return snapshots;
        }

        public List<Exception> problems() {
            return problems;
        }
    }
}
