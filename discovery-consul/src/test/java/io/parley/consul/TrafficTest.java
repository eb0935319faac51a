package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Handling;
import io.parley.Peer;
import io.parley.Requestor;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.Instance;
import io.parley.testkit.Await;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

    private static String catalog() {
        try {
            return agent.get("/v1/catalog/services");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingIsLostWhileTheAgentDiesAndComesBack() throws InterruptedException {
        try (ConsulAgent own = ConsulAgent.start();
                Peer orders = open(own, "orders");
                Peer customer = open(own, "customer")) {
            orders.reply(ECHO, question -> question.payload());
            assertThat(customer.awaitReachable(ECHO, Duration.ofSeconds(40))).isTrue();
            Requestor<String, String> echo = customer.requestor(ECHO);
            var answered = new AtomicInteger();
            var failure = new AtomicReference<Throwable>();
            var isOver = new AtomicBoolean();
            var asking = new Thread(() -> {
                try {
                    while (!isOver.get()) {
                        String question = "question " + answered.get();
                        assertThat(echo.request(question)).isEqualTo(question);
                        answered.incrementAndGet();
                    }
                } catch (RuntimeException | AssertionError e) {
                    failure.set(e);
                }
            });
            asking.start();
            awaitMore(answered, failure);
            own.kill();
            awaitMore(answered, failure);
            // Long enough for whoever believes in silence to have given up.
            Duration outage = Duration.ofSeconds(3);
            long start = System.nanoTime();
            Await.until("the end of the outage", () -> System.nanoTime() - start > outage.toNanos());
            awaitMore(answered, failure);
            own.restart();
            Await.until(() -> "the peer registered again", Duration.ofSeconds(40), () -> isPassing(own, orders.self()));
            awaitMore(answered, failure);
            isOver.set(true);
            asking.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void aPeerWhoseIoIsBlockedByAHandlerGivesNoSignOfLifeUntilItGoesOn() {
        PointToPointChannel<String> tell = PointToPointChannel.of("stuck/tell", String.class);
        var goOn = new CountDownLatch(1);
        try (Peer stuck = open(agent, "stuck");
                Peer customer = open(agent, "customer")) {
            stuck.receive(tell, Handling.inline(), message -> awaitQuietly(goOn));
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

    private static void awaitMore(AtomicInteger answered, AtomicReference<Throwable> failure) {
        int now = answered.get();
        Await.until("further answers", () -> answered.get() > now + 50 || failure.get() != null);
        assertThat(failure.get()).isNull();
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
