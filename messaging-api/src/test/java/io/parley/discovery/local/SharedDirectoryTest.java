package io.parley.discovery.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Alarm;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.testkit.Await;
import io.parley.testkit.Participant;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.time.TimeSource;
import io.parley.time.Timers;
import io.parley.transport.AddressFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the participants of one directory in one process have in common. */
class SharedDirectoryTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration TTL = Duration.ofSeconds(6);

    @TempDir
    private Path temporary;

    @Test
    void shouldUseTwoPoolsForAllResolversOfADirectoryHoweverItIsNamed() throws IOException {
        var environment = new CountingEnvironment();
        Files.createDirectory(temporary.resolve("above"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("above"));
        for (int i = 0; i < 20; i++) {
            Path directory = (i % 2 == 0 ? link : temporary.resolve("above")).resolve("mesh");
            LocalDirectoryDiscovery.at(directory)
                    .openResolver(environment, AddressFormat.opaque())
                    .watch("orders", new Told());
        }
        assertThat(environment.pools).hasSize(2);
        LocalDirectoryDiscovery.at(temporary.resolve("other")).openResolver(environment, AddressFormat.opaque());
        assertThat(environment.pools).hasSize(4);
    }

    @Test
    void shouldLookAsOftenAsTheOneThatAsksForTheMost() {
        var simulation = SimulatedEnvironment.seeded(5);
        LocalDirectoryDiscovery slow = LocalDirectoryDiscovery.at(mesh()).pollInterval(Duration.ofSeconds(2));
        var told = new Told();
        slow.openResolver(simulation, AddressFormat.opaque()).watch("orders", told);
        simulation.runFor(Duration.ofSeconds(9));
        Participant quick = Participant.open(slow.pollInterval(Duration.ofMillis(50)), simulation);
        simulation.run();
        announceElsewhere(instance("orders", "one"), simulation);
        simulation.runFor(Duration.ofMillis(60));
        assertThat(told.latest()).containsExactly("one");
        quick.close();
        simulation.run();
        announceElsewhere(instance("orders", "two"), simulation);
        simulation.runFor(Duration.ofSeconds(2));
        assertThat(told.latest()).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void shouldCloseEverythingWithTheLastParticipantAndOpenItAnewWithTheNext() {
        for (int round = 0; round < 2; round++) {
            var told = new Told();
            var participants = new ArrayList<Participant>();
            for (int i = 0; i < 10; i++) {
                Participant participant = Participant.open(LocalDirectoryDiscovery.at(mesh()), Environment.system());
                participants.add(participant);
                participant.watch("orders", told);
                participant.announce(instance("orders", "orders-" + i));
            }
            Await.until(() -> "all instances", LIMIT, () -> told.latest().size() == 10);
            assertThat(threads()).isNotEmpty().hasSizeLessThan(participants.size());
            participants.remove(0).close();
            Await.until(() -> "one fewer", LIMIT, () -> told.latest().size() == 9);
            participants.forEach(Participant::close);
            Await.until(() -> "no thread", LIMIT, () -> threads().isEmpty());
        }
    }

    @Test
    void shouldKeepLeasesUpWhileAWatcherIsBusy() {
        Duration ttl = Duration.ofMillis(300);
        LocalDirectoryDiscovery discovery =
                LocalDirectoryDiscovery.at(mesh()).ttl(ttl).pollInterval(Duration.ofMillis(20));
        var leave = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var told = new Told();
        try (Participant busy = Participant.open(discovery, Environment.system());
                Participant other = Participant.open(discovery, Environment.system())) {
            busy.watch("orders", new ServiceResolver.Watcher() {
                @Override
                public void onSnapshot(Collection<Instance> instances) {
                    entered.countDown();
                    try {
                        leave.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public void onError(Exception problem) {}
            });
            Await.until(() -> "a busy watcher", LIMIT, () -> entered.getCount() == 0);
            other.watch("orders", told);
            busy.announce(instance("orders", "one"));
            Await.until(() -> "the instance", LIMIT, () -> told.latest().equals(Set.of("one")));
            Path file = mesh().resolve("orders~one.json");
            Instant written = modified(file);
            Await.until(() -> "renewals", LIMIT, () -> modified(file).isAfter(written.plus(ttl)));
            assertThat(told.latest()).containsExactly("one");
        } finally {
            leave.countDown();
        }
    }

    @Test
    void shouldGoTheSameWayEachTimeInASimulation() {
        assertThat(course(1)).isEqualTo(course(1)).isNotEmpty();
    }

    private List<Set<String>> course(long seed) {
        var simulation = SimulatedEnvironment.seeded(seed);
        var told = new Told();
        Path directory = temporary.resolve("course");
        var participants = new ArrayList<Participant>();
        for (int i = 0; i < 5; i++) {
            Participant participant = Participant.open(LocalDirectoryDiscovery.at(directory), simulation);
            participants.add(participant);
            participant.watch("orders", told);
            participant.announce(instance("orders", "orders-" + i));
            simulation.runFor(Duration.ofMillis(100));
        }
        simulation.runFor(TTL.multipliedBy(2));
        for (Participant participant : participants) {
            participant.close();
            simulation.runFor(Duration.ofMillis(100));
        }
        return told.all();
    }

    /** As another process does, at the present of {@code simulation}. */
    private void announceElsewhere(Instance instance, SimulatedEnvironment simulation) {
        var elsewhere = SimulatedEnvironment.seeded(11);
        elsewhere.runFor(
                Duration.between(elsewhere.time().wallClock(), simulation.time().wallClock()));
        LocalDirectoryDiscovery.at(mesh())
                .openRegistry(elsewhere, AddressFormat.opaque())
                .orElseThrow()
                .announce(instance);
    }

    private Path mesh() {
        return temporary.resolve("mesh");
    }

    private static Instant modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return Instant.MIN;
        }
    }

    private static Set<String> threads() {
        var names = ConcurrentHashMap.<String>newKeySet();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("parley-directory-")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    private static Instance instance(String service, String name) {
        return new Instance(
                service, name, name.hashCode(), "tcp://127.0.0.1:7001", "", new TreeMap<>(), Instant.EPOCH, Map.of());
    }

    private static final class Told implements ServiceResolver.Watcher {

        private final List<Set<String>> snapshots = new ArrayList<>();

        @Override
        public synchronized void onSnapshot(Collection<Instance> instances) {
            snapshots.add(Set.copyOf(instances.stream().map(Instance::name).toList()));
        }

        @Override
        public void onError(Exception problem) {
            throw new AssertionError(problem);
        }

        synchronized Set<String> latest() {
            return snapshots.isEmpty() ? Set.of() : snapshots.get(snapshots.size() - 1);
        }

        synchronized List<Set<String>> all() {
            return List.copyOf(snapshots);
        }
    }

    /** A simulation that knows what pools were opened in it. */
    private static final class CountingEnvironment implements Environment {

        private final SimulatedEnvironment simulation = SimulatedEnvironment.seeded(4);
        private final List<String> pools = new ArrayList<>();

        @Override
        public TimeSource time() {
            return simulation.time();
        }

        @Override
        public RandomGenerator random() {
            return simulation.random();
        }

        @Override
        public Pool openPool(String name, int threads) {
            pools.add(name);
            return simulation.openPool(name, threads);
        }

        @Override
        public Timers openTimers(String name) {
            return simulation.openTimers(name);
        }

        @Override
        public Alarm openAlarm(String name, Runnable task) {
            return simulation.openAlarm(name, task);
        }

        @Override
        public Thread newThread(String name, Runnable loop) {
            return simulation.newThread(name, loop);
        }
    }
}
