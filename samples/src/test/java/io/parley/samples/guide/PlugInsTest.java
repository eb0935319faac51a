package io.parley.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.loadbalance.LoadBalancer;
import io.parley.samples.guide.Shop.OrderPlaced;
import io.parley.samples.guide.Shop.PlaceOrder;
import io.parley.testkit.Await;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is plugged in. */
class PlugInsTest {

    @Test
    void aPeerUsesTheCodecItIsGiven() {
        RequestChannel<UUID, UUID> echo =
                PointToPointChannel.of("orders/echo", UUID.class).withReply(UUID.class);
        try (var mesh = new InMemoryMesh()) {
            // tag::codec[]
            Peer orders = mesh.builder("orders").codec(new UuidCodec()).open();
            // end::codec[]
            mesh.keep(orders).reply(echo, request -> request.payload());
            Peer customer =
                    mesh.keep(mesh.builder("customer").codec(new UuidCodec()).open());
            assertThat(customer.requestor(echo).request(new UUID(1, 2))).isEqualTo(new UUID(1, 2));
        }
    }

    @Test
    void aPeerUsesTheLoadBalancerItIsGiven() throws InterruptedException {
        try (var mesh = new InMemoryMesh()) {
            for (int i = 0; i < 3; i++) {
                String name = "orders-" + i;
                mesh.keep(mesh.builder("orders").instance(name).open())
                        .reply(Shop.PLACE, request -> new OrderPlaced(name, 1));
            }
            // tag::balancer[]
            LoadBalancer eldestFirst = candidates -> {
                Instant eldest = candidates.all().stream()
                        .map(candidate -> candidate.instance().since())
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
                for (int place = 0; place < candidates.size(); place++) {
                    if (candidates.all().get(place).instance().since().equals(eldest)) {
                        int chosen = place;
                        return (channel, key) -> chosen;
                    }
                }
                throw new IllegalStateException("No candidates");
            };
            Peer customer = mesh.builder("customer").balancer(eldestFirst).open();
            // end::balancer[]
            mesh.keep(customer);
            assertThat(customer.awaitReachable(Shop.PLACE, Duration.ofSeconds(10)))
                    .isTrue();
            Await.until("three links", () -> customer.counters().linksUp() == 3);
            for (int i = 0; i < 10; i++) {
                assertThat(customer.requestor(Shop.PLACE)
                                .request(new PlaceOrder("42", "alice", "teapot", 1))
                                .id())
                        .isEqualTo("orders-0");
            }
        }
    }

    @Test
    void aMeshRunsInOneThread() {
        var transport = InMemoryTransport.create();
        var discovery = InMemoryDiscovery.create();
        // tag::simulation[]
        SimulatedEnvironment world = SimulatedEnvironment.seeded(42);
        Peer orders = Peer.named("orders")
                .transport(transport)
                .discovery(discovery)
                .environment(world)
                .open();
        Peer customer = Peer.named("customer")
                .transport(transport)
                .discovery(discovery)
                .environment(world)
                .open();
        orders.reply(Shop.PLACE, request -> new OrderPlaced(request.payload().id(), 2450));

        CompletableFuture<OrderPlaced> placed =
                customer.requestor(Shop.PLACE).requestAsync(new PlaceOrder("42", "alice", "teapot", 1));
        world.runUntil(placed::isDone, Duration.ofSeconds(10)); // ten seconds of virtual time, at most
        // end::simulation[]
        assertThat(placed).isCompletedWithValue(new OrderPlaced("42", 2450));
        var closed = CompletableFuture.allOf(
                orders.closeAsync(Duration.ofSeconds(1)), customer.closeAsync(Duration.ofSeconds(1)));
        world.runUntil(closed::isDone, Duration.ofSeconds(10));
    }
}
