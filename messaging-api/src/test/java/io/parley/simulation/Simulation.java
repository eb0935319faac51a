package io.parley.simulation;

import io.parley.DeadLetter;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.observe.FlowEvent;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A mesh of real peers in one thread and virtual time. Confined to the thread that made it. */
final class Simulation {

    /** So that what happens does not depend on how much heap the tests have. */
    private static final long MEMORY = 1 << 30;

    final SimulatedEnvironment environment;
    final InMemoryNetwork network = new InMemoryNetwork();
    final Discovery discovery = InMemoryDiscovery.create();
    final List<Peer> peers = new ArrayList<>();
    final List<FlowEvent> flows = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
    final List<DeadLetter> deadLetters = new ArrayList<>();

    Simulation(long seed) {
        environment = SimulatedEnvironment.seeded(seed);
    }

    PeerBuilder builder(String service) {
        return Peer.named(service)
                .instance(service + '-' + (peers.size() + 1))
                .environment(environment)
                .limits(Limits.defaults().withMemory(MEMORY))
                .transport(InMemoryTransport.on(network))
                .discovery(discovery)
                .onError((what, cause) -> errors.add(what))
                .onDeadLetter(deadLetters::add)
                .flowTap(flows::add);
    }

    Peer open(String service) {
        return open(builder(service));
    }

    Peer open(PeerBuilder builder) {
        Peer peer = builder.open();
        peers.add(peer);
        return peer;
    }

    void run(Duration duration) {
        environment.runFor(duration);
    }

    /** Long enough for peers to find each other. */
    void settle() {
        run(Duration.ofMillis(200));
    }

    void until(BooleanSupplier condition) {
        environment.runUntil(condition, Duration.ofMinutes(10));
    }

    void sever(Peer one, Peer other) {
        network.sever(one.self().address(), other.self().address());
    }

    void closeAll() {
        List<CompletableFuture<Void>> closed = peers.stream()
                .map(peer -> peer.closeAsync(Duration.ofSeconds(5)))
                .toList();
        until(() -> closed.stream().allMatch(CompletableFuture::isDone));
    }
}
