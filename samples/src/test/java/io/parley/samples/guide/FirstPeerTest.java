package io.parley.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.discovery.Discovery;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.samples.guide.Shop.OrderPlaced;
import io.parley.samples.guide.Shop.PlaceOrder;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first peers that a newcomer writes, over real sockets. The build has {@code PARLEY_HOME} lead to its own directory. */
class FirstPeerTest {

    @TempDir
    private Path directory;

    @Test
    void anOrderIsPlacedOverZeroMq() {
        var stopped = new CountDownLatch(1);
        var running = CompletableFuture.runAsync(() -> takeOrders(stopped));
        try {
            awaitOrders();
            assertThat(place()).isEqualTo(new OrderPlaced("42", 2450));
        } finally {
            stopped.countDown();
        }
        assertThat(running).succeedsWithin(Duration.ofSeconds(20));
    }

    /** The peer is opened in another thread, and on a busy machine that may take longer than a caller is patient. */
    private static void awaitOrders() {
        try (Peer onlooker = Peer.named("onlooker")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.mesh("shop"))
                .open()) {
            Await.until("orders are taken", () -> onlooker.instances("orders").stream()
                    .anyMatch(orders -> orders.channels().containsKey(Shop.PLACE.name())));
        }
    }

    private static void takeOrders(CountDownLatch stopped) {
        try {
            // tag::peer[]
            try (Peer orders = Peer.named("orders")
                    .transport(ZmqTransport.create())
                    .discovery(LocalDirectoryDiscovery.mesh("shop"))
                    .open()) {
                orders.reply(
                        Shop.PLACE, request -> new OrderPlaced(request.payload().id(), 2450));
                stopped.await(); // until another thread counts it down
            }
            // end::peer[]
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static OrderPlaced place() {
        // tag::caller[]
        try (Peer customer = Peer.named("customer")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.mesh("shop"))
                .open()) {
            return customer.requestor(Shop.PLACE).request(new PlaceOrder("42", "alice", "teapot", 1));
        }
        // end::caller[]
    }

    @Test
    void aMeshMayLieInADirectoryOfItsOwnAndChannelsMayBeWaitedFor() throws InterruptedException {
        var discovery = LocalDirectoryDiscovery.at(directory.resolve("mesh"));
        try (Peer orders = Peer.named("orders")
                        .transport(ZmqTransport.create())
                        .discovery(discovery)
                        .open();
                Peer customer = Peer.named("customer")
                        .transport(ZmqTransport.create())
                        .discovery(discovery)
                        .open()) {
            orders.reply(
                    Shop.PLACE, request -> new OrderPlaced(request.payload().id(), 1));
            // tag::reachable[]
            if (!customer.awaitReachable(Shop.PLACE, Duration.ofSeconds(10))) {
                throw new IllegalStateException("Nobody takes orders");
            }
            customer.instances("orders")
                    .forEach(instance -> System.out.println(instance.label() + " at " + instance.address()));
            // end::reachable[]
            assertThat(customer.instances("orders")).hasSize(1);
        }
    }

    @Test
    void addressesMayBeGivenInsteadOfARegistry() {
        try (Peer shop = Peer.named("orders")
                .transport(ZmqTransport.create())
                .discovery(FixedDiscovery.builder().build())
                .open()) {
            shop.reply(Shop.PLACE, request -> new OrderPlaced(request.payload().id(), 1));
            String orders = shop.self().address();
            // tag::fixed[]
            Discovery discovery = FixedDiscovery.builder()
                    .instance("orders", orders)
                    .everyService("tcp://10.0.0.1:7000") // all others
                    .build();
            // end::fixed[]
            try (Peer customer = Peer.named("customer")
                    .transport(ZmqTransport.create())
                    .discovery(discovery)
                    .open()) {
                OrderPlaced placed = customer.requestor(Shop.PLACE).request(new PlaceOrder("42", "alice", "teapot", 1));
                assertThat(placed.id()).isEqualTo("42");
            }
        }
    }

    @Test
    void aPeerMayBindToAnAddressThatOtherMachinesReach() {
        // tag::bind[]
        ZmqTransport transport = ZmqTransport.builder()
                .bindHost("0.0.0.0")
                .advertisedHost("127.0.0.1") // what others are told to connect to
                .build();
        // end::bind[]
        var discovery = LocalDirectoryDiscovery.at(directory.resolve("mesh"));
        try (Peer peer =
                Peer.named("orders").transport(transport).discovery(discovery).open()) {
            assertThat(peer.self().address()).startsWith("tcp://127.0.0.1:");
        }
    }
}
