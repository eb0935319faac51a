package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.Probe;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.message.PeerName;
import io.parley.testkit.FickleDiscovery;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Instances that cannot be used hide nobody: they alone are unreachable, and that is told once. In virtual time. */
class UnusableInstancesTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("far/news", String.class);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Simulation mesh = new Simulation(23);
    private final FickleDiscovery registry = new FickleDiscovery();
    private final RefusingTransport transport = new RefusingTransport(InMemoryTransport.on(mesh.network));

    private Peer near() {
        return mesh.open(mesh.builder("near").transport(transport).discovery(registry.over(mesh.discovery)));
    }

    private Peer far() {
        Peer peer = mesh.open("far");
        peer.replyAsync(
                ASK, request -> CompletableFuture.completedFuture(peer.self().name()));
        return peer;
    }

    private String ask(Peer near) {
        var asked = near.requestor(ASK).requestAsync("?", LONG);
        mesh.until(asked::isDone);
        return asked.join();
    }

    private List<String> errors(String part) {
        return mesh.errors.stream().filter(error -> error.contains(part)).toList();
    }

    private static Instance at(String name, String address, String publishAddress) {
        return new Instance(
                "far", name, name.hashCode() | 1, address, publishAddress, new TreeMap<>(), Instant.EPOCH, Map.of());
    }

    @Test
    void addressesThatCannotBeConnectedToLeaveTheOthersReachable() {
        var addresses = List.of(
                "",
                " ",
                "garbage",
                "tcp://127.0.0.1:9003:1",
                "inmem://",
                "inmem\u0000",
                "x".repeat(100_000),
                "\u001b[2J");
        for (int i = 0; i < addresses.size(); i++) {
            registry.add(at("bad-" + i, addresses.get(i), addresses.get(i)));
        }
        registry.add(at("no-feed", "inmem://no-feed", "garbage"));
        Peer far = far();
        var publisher = far.publisher(NEWS);
        Peer near = near();
        List<String> heard = new ArrayList<>();
        near.subscribe(NEWS, event -> heard.add(event.payload()));

        assertThat(ask(near)).isEqualTo("far-1");
        mesh.run(LONG);
        publisher.publish("news");
        mesh.settle();

        assertThat(heard).containsExactly("news");
        assertThat(near.instances("far")).contains(far.self());
        for (int i = 0; i < addresses.size(); i++) {
            String label = "far/bad-" + i;
            mesh.until(() -> !errors(label).isEmpty());
        }
        mesh.run(Duration.ofMinutes(10));
        assertThat(mesh.errors).allSatisfy(error -> assertThat(error.length()).isLessThan(500));
        assertThat(errors("far/bad-2 "))
                .as("told once of its links, once of its feed")
                .hasSize(2);
        assertThat(mesh.errors).noneMatch(error -> error.contains("\u001b") || error.contains("\u0000"));
    }

    @Test
    void addressThatWasNotThereAtFirstIsDialledAgain() {
        Peer far = far();
        transport.refuse(far.self().address());
        Peer near = near();
        var asked = near.requestor(ASK).requestAsync("?", LONG);
        mesh.run(Duration.ofSeconds(1));
        assertThat(transport.attempts(far.self().address())).isGreaterThan(1);
        transport.admit(far.self().address());
        mesh.until(() -> near.counters().linksUp() == 1);

        assertThat(ask(near)).isEqualTo("far-1");
        mesh.until(asked::isDone);
        assertThat(errors("Cannot connect to far/far-1")).hasSize(1);
    }

    @Test
    void unreachableAddressIsToldAgainOnceItWasReachable() {
        Peer far = far();
        Peer near = near();
        assertThat(ask(near)).isEqualTo("far-1");
        transport.refuse(far.self().address());
        mesh.sever(near, far);
        mesh.run(LONG);
        assertThat(errors("Cannot connect to far/far-1")).hasSize(1);
        transport.admit(far.self().address());
        assertThat(ask(near)).isEqualTo("far-1");
        transport.refuse(far.self().address());
        mesh.sever(near, far);
        mesh.run(LONG);
        assertThat(errors("Cannot connect to far/far-1")).hasSize(2);
    }

    @Test
    void publisherThatCouldNotBeFollowedAtFirstIsFollowedLater() {
        Peer far = far();
        var publisher = far.publisher(NEWS);
        transport.refuse(far.self().publishAddress());
        Peer near = near();
        List<String> heard = new ArrayList<>();
        var subscription = near.subscribe(NEWS, event -> heard.add(event.payload()));
        mesh.run(LONG);
        assertThat(subscription.publishers()).isZero();
        assertThat(errors("Cannot connect to far/far-1")).hasSize(1);
        transport.admit(far.self().publishAddress());
        mesh.until(() -> subscription.publishers() == 1);
        mesh.settle();
        publisher.publish("news");
        mesh.settle();
        assertThat(heard).containsExactly("news");
    }

    @Test
    void probeTellsOfAnAddressThatCannotBeDialledAndGoesOnTrying() {
        Peer far = far();
        transport.refuse(far.self().address());
        Peer near = near();
        List<String> told = new ArrayList<>();
        near.probe(far.self(), new Probe.Listener() {
            @Override
            public void onUp(PeerName who, Instance instance) {
                told.add("up");
            }

            @Override
            public void onDown(String reason) {
                told.add(reason);
            }
        });
        mesh.run(LONG);
        assertThat(told).containsExactly("nothing is there");
        transport.admit(far.self().address());
        mesh.until(() -> told.contains("up"));
    }

    @Test
    void snapshotWithEntriesThatAreNoneOfTheServiceIsUsedWithoutThem() {
        Peer far = far();
        Instance real = far.self();
        Instance foreign =
                new Instance("other", "far-9", 9, "inmem://x", "inmem://x", new TreeMap<>(), Instant.EPOCH, Map.of());
        var hostile = Arrays.asList(
                null,
                foreign,
                at("", "inmem://a", ""),
                at("n\u0007", "inmem://b", ""),
                at("n".repeat(100_000), "inmem://c", ""),
                at("no-address", "", ""),
                real,
                at("publish", "inmem://d", "\u0001"),
                real);
        Peer near = mesh.open(mesh.builder("near").discovery((environment, addresses) -> new Told(hostile)));

        assertThat(ask(near)).isEqualTo("far-1");
        assertThat(near.instances("far")).containsOnly(real);
        mesh.until(() -> errors("cannot be used").size() >= 7);
        mesh.run(LONG);
        assertThat(errors("cannot be used")).hasSize(7).doesNotHaveDuplicates();
    }

    /** A registry that tells each watcher one thing. */
    private record Told(Collection<Instance> snapshot) implements ServiceResolver {

        @Override
        public Watch watch(String service, Watcher watcher) {
            watcher.onSnapshot(snapshot);
            return () -> {};
        }

        @Override
        public Collection<String> services() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
