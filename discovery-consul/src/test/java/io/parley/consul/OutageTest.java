package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real agent that dies, freezes and comes back, under peers that talk to each other over real sockets all the while. */
class OutageTest {

    private static final Duration TTL = Duration.ofSeconds(3);
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int ORDERS = 3;

    private final List<Peer> peers = new ArrayList<>();
    private ConsulAgent agent;
    private CountingProxy proxy;

    @BeforeEach
    void openAll() {
        agent = ConsulAgent.start();
        proxy = CountingProxy.to(agent.httpPort());
        for (int i = 1; i <= ORDERS; i++) {
            peers.add(open("orders", "orders-" + i));
        }
        peers.add(open("customer", "customer-1"));
        for (Peer peer : peers) {
            awaitRegistered(peer);
        }
    }

    @AfterEach
    void closeAll() {
        peers.forEach(Peer::close);
        proxy.close();
        agent.close();
    }

    /** With a discovery of its own, as if in a process of its own. */
    private Peer open(String service, String instance) {
        return Peer.named(service)
                .instance(instance)
                .transport(ZmqTransport.create())
                .discovery(ConsulDiscovery.builder(proxy.url())
                        .ttl(TTL)
                        .requestTimeout(Duration.ofMillis(800))
                        .build())
                .open();
    }

    private Traffic talk() throws InterruptedException {
        return new Traffic(peers.subList(0, ORDERS), peers.get(ORDERS));
    }

    private void awaitRegistered(Peer peer) {
        Await.until(() -> peer.self().label() + " registered", LIMIT, () -> isPassing(peer));
    }

    private boolean isPassing(Peer peer) {
        try {
            return agent.get("/v1/health/service/" + peer.self().service() + "?passing")
                    .contains('"' + peer.self().name() + '"');
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isRegistered(Peer peer) throws IOException {
        return agent.get("/v1/agent/services").contains('"' + peer.self().name() + '"');
    }

    /** Lets the outage last, with traffic going on, and sees that nobody asks like mad meanwhile. */
    private void outage(Duration time, Traffic traffic) {
        int before = proxy.heads().size();
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            traffic.awaitMore();
        }
        int asked = proxy.heads().size() - before;
        double seconds = (System.nanoTime() - start) / 1e9;
        // Each peer has a registration and at most two watches, which try again after pauses that soon are seconds. A
        // loop makes thousands.
        int most = peers.size() * 3 * (int) (8 + 2 * seconds);
        assertThat(asked).as("requests in %s s of outage", seconds).isLessThan(most);
    }

    @Test
    void nothingIsLostWhileTheAgentIsDeadAndAllRegisterAnewWithOneThatKnowsNothing() throws InterruptedException {
        try (Traffic traffic = talk()) {
            traffic.awaitMore();
            agent.kill();
            // Longer than the time to live, as if that mattered.
            outage(TTL.plusSeconds(2), traffic);
            agent.restart();
            peers.forEach(this::awaitRegistered);
            traffic.awaitMore();
            // And once more, as if it flapped: this time nobody has to have noticed.
            agent.kill();
            agent.restart();
            peers.forEach(this::awaitRegistered);
            outage(Duration.ofSeconds(2), traffic);
        }
    }

    @Test
    void nothingIsLostWhileTheAgentIsFrozenAndAllAreHealthyAgainWhenItGoesOn() throws InterruptedException {
        try (Traffic traffic = talk()) {
            traffic.awaitMore();
            agent.freeze();
            outage(TTL.plusSeconds(2), traffic);
            // It finds that it has not heard of anybody for longer than the time to live.
            agent.thaw();
            outage(Duration.ofSeconds(1), traffic);
            peers.forEach(this::awaitRegistered);
            traffic.awaitMore();
        }
    }

    @Test
    void nothingIsLostWhenAFrozenAgentIsKilledAndReplacedByOneThatKnowsNothing()
            throws IOException, InterruptedException {
        try (Traffic traffic = talk()) {
            traffic.awaitMore();
            agent.freeze();
            outage(TTL.plusSeconds(1), traffic);
            agent.kill();
            agent.restart();
            peers.forEach(this::awaitRegistered);
            for (Peer peer : peers) {
                assertThat(isRegistered(peer)).isTrue();
            }
            traffic.awaitMore();
        }
    }
}
