package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.Participant;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of others after a real agent was killed and started anew with nothing in its memory. */
@Timeout(180)
class RestartedAgentTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** So that what is kept for it is kept for the whole test. */
    private static final Duration GRACE = Duration.ofHours(1);

    private final List<Participant> opened = new ArrayList<>();
    private final Sightings seen = new Sightings();
    private ConsulAgent agent;

    @BeforeEach
    void startAgent() {
        agent = ConsulAgent.start();
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Participant::close);
        agent.close();
    }

    /** With a discovery of its own, as if in a process of its own. */
    private Participant open() {
        Participant participant = Participant.open(
                ConsulDiscovery.builder(agent.url()).grace(GRACE).build(),
                Environment.system(),
                ZmqTransport.addresses());
        opened.add(participant);
        return participant;
    }

    private Participant announce(String name) {
        Participant participant = open();
        participant.announce(Peers.instance("orders", name));
        return participant;
    }

    private boolean isPassing(String name) {
        try {
            return agent.get("/v1/health/service/orders?passing").contains("\"" + name + "\"");
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitSeen(String... names) {
        Await.until(() -> "to see " + Set.of(names) + ", not " + seen.names(), LIMIT, () -> seen.names()
                .equals(Set.of(names)));
    }

    private void register(String id, String check) throws IOException {
        assertThat(agent.put(
                        "/v1/agent/service/register",
                        "{\"ID\":\"" + id + "\",\"Name\":\"orders\",\"Address\":\"127.0.0.1\",\"Port\":9,"
                                + "\"Meta\":{\"parley-protocol\":\"1\"}" + check + "}"))
                .isEmpty();
    }

    @Test
    void whoLeavesInOrderAfterTheAgentCameBackIsGoneAtOnceAndWhoHasNotComeBackYetIsKept() throws IOException {
        Participant watcher = open();
        watcher.announce(Peers.instance("customer", "customer-1"));
        watcher.watch("orders", seen);
        Participant leaver = announce("leaver");
        announce("stayer");
        register("forgotten", "");
        awaitSeen("leaver", "stayer", "forgotten");

        agent.kill();
        agent.restart();
        Await.until(() -> "both registered anew", LIMIT, () -> isPassing("leaver") && isPassing("stayer"));
        // An answer that has this one has all that were there before it.
        announce("marker");
        awaitSeen("leaver", "stayer", "forgotten", "marker");
        leaver.close();
        awaitSeen("stayer", "forgotten", "marker");
        announce("another");
        awaitSeen("stayer", "forgotten", "marker", "another");
    }

    @Test
    void whoseCheckFailsAfterTheAgentCameBackIsKeptForTheGraceUnlessItIsDeregistered() throws IOException {
        open().watch("orders", seen);
        announce("stayer");
        awaitSeen("stayer");

        agent.kill();
        agent.restart();
        Await.until(() -> "registered anew", LIMIT, () -> isPassing("stayer"));
        register(
                "ailing",
                ",\"Check\":{\"CheckID\":\"ailing-check\",\"Name\":\"ailing\",\"TTL\":\"1h\",\"Status\":\"passing\"}");
        awaitSeen("stayer", "ailing");
        agent.put("/v1/agent/check/fail/ailing-check", "");
        announce("marker");
        awaitSeen("stayer", "ailing", "marker");
        agent.put("/v1/agent/service/deregister/ailing", "");
        awaitSeen("stayer", "marker");
    }
}
