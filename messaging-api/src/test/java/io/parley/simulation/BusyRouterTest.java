package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A router that always has something in hand keeps no peer from closing in order, itself included. In virtual time. */
class BusyRouterTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final RequestChannel<String, String> PONDER =
            PointToPointChannel.of("orders/ponder", String.class).withReply(String.class);
    private static final PointToPointChannel<String> NOTE = PointToPointChannel.of("orders/note", String.class);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Simulation mesh = new Simulation(8);
    private final List<String> noted = new ArrayList<>();
    private Peer router;
    private Peer busy;
    private long number;

    @BeforeEach
    void open() {
        mesh.network.delayBy(random -> Duration.ofMillis(5 + random.nextInt(10)));
        router = mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at("r1"))
                .forwarding(RouterOptions.defaults()));
        mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at("r2"))
                .forwarding(RouterOptions.defaults()));
        Peer orders = mesh.open("orders");
        orders.receive(NOTE, message -> noted.add(message.payload()));
        orders.reply(PLACE, request -> "placed " + request.payload());
        orders.replyAsync(PONDER, request -> new CompletableFuture<>());
        busy = guest("r1", "r2");
        mesh.settle();
    }

    private Peer guest(String... routers) {
        FixedDiscovery.Builder fixed = FixedDiscovery.builder();
        for (String each : routers) {
            fixed.everyService("inmem://" + each);
        }
        return mesh.open(mesh.builder("guest").discovery(fixed.build()));
    }

    private void load() {
        busy.sender(NOTE).sendAsync("note " + ++number);
        busy.requestor(PLACE).requestAsync("order " + number);
        mesh.run(Duration.ofMillis(1));
    }

    /** Under load all the while; fails where that takes up the limit. */
    private void loadUntil(CompletableFuture<Void> closed) {
        for (int i = 0; i < LIMIT.toMillis() / 2 && !closed.isDone(); i++) {
            load();
        }
        assertThat(closed).isDone();
    }

    @Test
    void guestOfABusyRouterClosesAsSoonAsAllHasArrived() {
        Peer guest = guest("r1");
        busy.requestor(PONDER).requestAsync("for long", LONG);
        for (int i = 0; i < 100; i++) {
            load();
        }
        guest.sender(NOTE).sendAsync("last");
        var answer = guest.requestor(PLACE).requestAsync("mine");
        loadUntil(guest.closeAsync(LIMIT));
        assertThat(answer).isCompletedWithValue("placed mine");
        mesh.until(() -> noted.contains("last"));
    }

    @Test
    void busyRouterClosesAsSoonAsAllIsPassedOn() {
        for (int i = 0; i < 100; i++) {
            load();
        }
        loadUntil(router.closeAsync(LIMIT));
        mesh.run(Duration.ofSeconds(2));
        assertThat(noted).hasSize((int) number);
        assertThat(mesh.deadLetters).isEmpty();
    }
}
