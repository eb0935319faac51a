package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.DiscoveryException;
import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.Participant;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that does nothing for those without the right token. */
class TokenTest {

    private static final String TOKEN = "b1gs33cr-e7aa-4f0e-9c07-1f2e3d4c5b6a";
    private static final String WRONG = "0badbad0-0000-4000-8000-00000badbad0";

    private static ConsulAgent agent;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void startAgent() {
        agent = ConsulAgent.startWithAcl(TOKEN);
    }

    @AfterAll
    static void endAgent() {
        agent.close();
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private Participant open(ConsulDiscoveryBuilder builder) {
        Participant participant = Participant.open(
                builder.ttl(Duration.ofSeconds(1)).build(), Environment.system(), ZmqTransport.addresses());
        opened.add(participant);
        return participant;
    }

    private CountingProxy proxy() {
        CountingProxy proxy = CountingProxy.to(agent.httpPort());
        opened.add(proxy);
        return proxy;
    }

    @Test
    void theTokenTravelsInAHeaderOnlyAndIsNeitherLoggedNorShown() {
        CountingProxy proxy = proxy();
        try (Logs logs = Logs.open()) {
            ConsulDiscoveryBuilder builder =
                    ConsulDiscovery.builder(proxy.url()).token(TOKEN);
            Participant participant = open(builder);
            var seen = new Sightings();
            participant.watch("orders", seen);
            participant.announce(Peers.instance("orders", "orders-1"));
            seen.await("orders-1");
            assertThat(participant.services()).containsExactly("orders");
            assertThat(builder.build().toString() + builder.settings()).doesNotContain(TOKEN);
            proxy.cut();
            seen.awaitProblem();
            proxy.mend();
            seen.await("orders-1");
            assertThat(logs.countFrom("org.apache.hc"))
                    .as("what HttpClient tells of itself")
                    .isPositive();
            assertThat(logs.all()).noneSatisfy(line -> assertThat(line).contains(TOKEN));
            assertThat(seen.problems())
                    .noneSatisfy(problem -> assertThat(problem.toString()).contains(TOKEN));
        }
        assertThat(proxy.heads()).hasSizeGreaterThan(6).allSatisfy(head -> {
            assertThat(head.lines().findFirst().orElse("")).doesNotContain(TOKEN);
            assertThat(head).contains("\r\nX-Consul-Token: " + TOKEN + "\r\n");
        });
    }

    @Test
    void aWrongTokenIsToldWithoutBeingNamed() {
        try (Logs logs = Logs.open()) {
            Participant participant = open(ConsulDiscovery.builder(agent.url()).token(WRONG));
            var seen = new Sightings();
            participant.watch("orders", seen);
            participant.announce(Peers.instance("orders", "orders-1"));
            seen.awaitProblem();
            assertThat(seen.problems().get(0))
                    .hasMessageContaining(agent.url())
                    .hasMessageContaining("to this token (403)")
                    .hasMessageContaining("ACL not found");
            Await.until("a warning", () -> !logs.at(Level.WARNING).isEmpty());
            assertThat(logs.at(Level.WARNING).get(0)).contains("orders/orders-1", "to this token (403)");
            assertThat(logs.all()).noneSatisfy(line -> assertThat(line).contains(WRONG));
            assertThatThrownBy(participant::services)
                    .isInstanceOf(DiscoveryException.class)
                    .hasMessageContaining("403");
        }
    }

    @Test
    void aTokenInAFileIsReadAnewWheneverItIsNeeded() throws IOException {
        Path file = folder.resolve("token");
        Participant participant = open(ConsulDiscovery.builder(agent.url()).tokenFile(file));
        var seen = new Sightings();
        participant.watch("orders", seen);
        participant.announce(Peers.instance("orders", "orders-1"));
        seen.awaitProblem();
        assertThat(seen.problems().get(0)).hasMessageContaining(file.toString());
        Files.writeString(file, TOKEN + "\n");
        seen.await("orders-1");
    }

    @Test
    void aTokenFromASupplierMayChange() {
        var tokens = new AtomicReference<>(WRONG);
        Participant participant = open(ConsulDiscovery.builder(agent.url()).token(tokens::get));
        var seen = new Sightings();
        participant.watch("orders", seen);
        participant.announce(Peers.instance("orders", "orders-1"));
        seen.awaitProblem();
        tokens.set(TOKEN);
        seen.await("orders-1");
    }

    @Test
    void aTokenThatWouldBeMoreThanAHeaderIsRefusedWithoutBeingShown() {
        String evil = "secret\r\nX-Evil: yes";
        assertThatThrownBy(() -> ConsulDiscovery.builder(agent.url()).token(evil))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        CountingProxy proxy = proxy();
        var seen = new Sightings();
        open(ConsulDiscovery.builder(proxy.url()).token(() -> evil)).watch("orders", seen);
        seen.awaitProblem();
        assertThat(seen.problems().get(0)).hasMessageContaining("characters").hasMessageNotContaining("secret");
        assertThat(proxy.heads()).isEmpty();
    }

    @Test
    void aTokenThatIsRepeatedInAnAnswerIsNotShown() {
        try (ScriptedConsul scripted = ScriptedConsul.of(
                (exchange, number) -> ScriptedConsul.send(exchange, 403, "No such token: " + TOKEN))) {
            var seen = new Sightings();
            open(ConsulDiscovery.builder(scripted.url()).token(TOKEN)).watch("orders", seen);
            seen.awaitProblem();
            assertThat(seen.problems().get(0)).hasMessageContaining("No such token: …");
        }
    }
}
