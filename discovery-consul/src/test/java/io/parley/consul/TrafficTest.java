package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.loadbalance.LoadBalancer;
import io.parley.testkit.Await;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Peers that found each other through a real agent, and talk. */
class TrafficTest {

    private static final RequestChannel<String, String> ECHO =
            PointToPointChannel.of("orders/echo", String.class).withReply(String.class);

    private static ConsulAgent agent;

    private final Transport transport = InMemoryTransport.create();

    @BeforeAll
    static void startAgent() {
        agent = ConsulAgent.start();
    }

    @AfterAll
    static void endAgent() {
        agent.close();
    }

    @Test
    void peersFindEachOtherAsTheGuideSays() throws InterruptedException {
        String url = agent.url();
        // tag::peer[]
        // The URL is something like http://127.0.0.1:8500.
        ConsulDiscovery consul = ConsulDiscovery.at(url);
        Peer orders =
                Peer.named("orders").transport(transport).discovery(consul).open();
        // end::peer[]
        try (orders;
                Peer customer = Peer.named("customer")
                        .transport(transport)
                        .discovery(ConsulDiscovery.at(url))
                        .open()) {
            orders.reply(ECHO, question -> question.payload());
            assertThat(customer.awaitReachable(ECHO, Duration.ofSeconds(40))).isTrue();
            assertThat(customer.requestor(ECHO).request("hello")).isEqualTo("hello");
        }
    }

    @Test
    void aMeshOfItsOwnHasAPrefix() throws InterruptedException {
        String url = agent.url();
        // tag::builder[]
        Discovery consul = ConsulDiscovery.builder(url)
                .prefix("shop-") // orders is shop-orders in Consul
                .zone("north")
                .tag("v7")
                .ttl(Duration.ofSeconds(10))
                .build();
        // end::builder[]
        try (Peer orders =
                Peer.named("orders").transport(transport).discovery(consul).open()) {
            Await.until(() -> "the peer under its name in Consul", Duration.ofSeconds(40), () -> catalog()
                    .contains("shop-orders"));
            assertThat(orders.instances("orders")).isNotNull();
        }
    }

    @Test
    void theZoneOfTheDiscoveryIsThatOfItsPeersWhichPreferTheirOwn() throws InterruptedException {
        RequestChannel<String, String> ask =
                PointToPointChannel.of("zoned/ask", String.class).withReply(String.class);
        try (Peer north = zoned("zoned", "north").open();
                Peer south = zoned("zoned", "south").open();
                Peer moved =
                        zoned("zoned", "north").metadata(Map.of("zone", "west")).open();
                Peer customer = zoned("customer", "north")
                        .balancer(LoadBalancer.zoneFirst(LoadBalancer.roundRobin()))
                        .open()) {
            for (Peer peer : List.of(north, south, moved)) {
                peer.reply(ask, question -> peer.self().metadata().get("zone"));
            }
            assertThat(customer.awaitReachable(ask, Duration.ofSeconds(40))).isTrue();
            var asking = customer.requestor(ask);
            Await.until(
                    () -> "links to all three",
                    Duration.ofSeconds(40),
                    () -> !asking.request("where?").isEmpty()
                            && customer.counters().linksUp() == 3);
            assertThat(customer.instances("zoned"))
                    .extracting(instance -> instance.metadata().get("zone"))
                    .containsExactlyInAnyOrder("north", "south", "west");
            for (int i = 0; i < 30; i++) {
                assertThat(asking.request("where?")).isEqualTo("north");
            }
        }
    }

    private PeerBuilder zoned(String service, String zone) {
        return Peer.named(service)
                .transport(transport)
                .discovery(ConsulDiscovery.builder(agent.url()).zone(zone).build());
    }

    private static String catalog() {
        try {
            return agent.get("/v1/catalog/services");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPeerThatConsulCannotHoldDoesNotOpenAndIsToldWhy() {
        assertThatThrownBy(() -> Peer.named("orders")
                        .transport(transport)
                        .discovery(ConsulDiscovery.at(agent.url()))
                        .metadata(Map.of("note", "x".repeat(600)))
                        .open())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("\"note\"")
                .hasMessageContaining("600 bytes");
        String longest = "a".repeat(63);
        assertThatThrownBy(() -> Peer.named(longest)
                        .transport(transport)
                        .discovery(ConsulDiscovery.builder(agent.url())
                                .prefix("shop-")
                                .build())
                        .open())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("shop-" + longest);
    }

    @Test
    void aPeerThatConsulCannotHoldWithAllItsChannelsTellsItsErrorHandler() {
        var told = new CopyOnWriteArrayList<Throwable>();
        try (Peer orders = Peer.named("orders")
                .transport(transport)
                .discovery(ConsulDiscovery.at(agent.url()))
                .onError((what, cause) -> told.add(cause))
                .open()) {
            for (int i = 0; i < 64 * 5; i++) {
                var channel = PointToPointChannel.of("orders/" + "x".repeat(110) + i, String.class);
                orders.receive(channel, message -> {});
            }
            Await.until(() -> "a complaint rather than " + told, Duration.ofSeconds(40), () -> !told.isEmpty());
            assertThat(told.get(0))
                    .isInstanceOf(DiscoveryException.class)
                    .hasMessageMatching("(?s).* with its [0-9]+ channels .*");
        }
    }

    @Test
    void aPeerWhoseIoIsBlockedByAHandlerGivesNoSignOfLifeUntilItGoesOn() {
        PointToPointChannel<String> tell = PointToPointChannel.of("stuck/tell", String.class);
        var goOn = new CountDownLatch(1);
        try (Peer stuck = open(agent, "stuck");
                Peer customer = open(agent, "customer")) {
            stuck.receive(tell, HandlerOptions.inline(), message -> awaitQuietly(goOn));
            Await.until(() -> "a healthy peer", Duration.ofSeconds(40), () -> isPassing(agent, stuck.self()));
            customer.sender(tell).send("block");
            Await.until(() -> "no healthy peer", Duration.ofSeconds(40), () -> !isPassing(agent, stuck.self()));
            goOn.countDown();
            Await.until(() -> "a healthy peer again", Duration.ofSeconds(40), () -> isPassing(agent, stuck.self()));
        } finally {
            goOn.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Peer open(ConsulAgent own, String service) {
        return Peer.named(service)
                .transport(transport)
                .discovery(ConsulDiscovery.builder(own.url())
                        .ttl(Duration.ofSeconds(3))
                        .grace(Duration.ofSeconds(10))
                        .build())
                .open();
    }

    private static boolean isPassing(ConsulAgent agent, Instance instance) {
        try {
            return agent.get("/v1/health/service/" + instance.service() + "?passing")
                    .contains(instance.name());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
