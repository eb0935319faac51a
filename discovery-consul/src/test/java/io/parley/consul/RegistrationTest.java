package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.Participant;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a peer does in a real agent, and what the agent may do to it. */
class RegistrationTest {

    private static final Duration TTL = Duration.ofSeconds(1);
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static ConsulAgent agent;

    private final String prefix = "r" + TESTS.incrementAndGet() + '-';
    private final List<Participant> opened = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startAgent() {
        agent = ConsulAgent.start();
    }

    @AfterAll
    static void endAgent() {
        agent.close();
    }

    @AfterEach
    void close() {
        opened.forEach(Participant::close);
    }

    /** An agent that was kept from working for a moment looks again after 15 s only. */
    private static void await(String what, BooleanSupplier condition) {
        Await.until(() -> what, Duration.ofSeconds(40), condition);
    }

    private ConsulDiscoveryBuilder builder() {
        return ConsulDiscovery.builder(agent.url()).prefix(prefix).ttl(TTL);
    }

    private Participant open(ConsulDiscoveryBuilder builder) {
        Participant participant = Participant.open(builder.build(), Environment.system(), ZmqTransport.addresses());
        opened.add(participant);
        return participant;
    }

    /** What the agent says of the health of all instances, passing or not. */
    private String health(String service) throws IOException {
        return agent.get("/v1/health/service/" + prefix + service);
    }

    private boolean isPassing(String service) {
        try {
            return agent.get("/v1/health/service/" + prefix + service + "?passing")
                    .contains("parley-incarnation");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String idOf(Instance instance) {
        return PeerEntry.write(instance, "", settings(), ZmqTransport.addresses())
                .id();
    }

    private ConsulSettings settings() {
        return builder().settings();
    }

    @Test
    void aPeerIsRegisteredAsItIsWrittenDown() throws IOException {
        Instance orders = Peers.instance("orders", "orders-1", Map.of("version", "7"));
        open(builder().tag("v7").zone("north")).announce(orders);
        await("a healthy instance", () -> isPassing("orders"));

        String service = agent.get("/v1/agent/service/" + idOf(orders));
        assertThat(service.replaceAll("\\s+", " "))
                .contains("\"Service\": \"" + prefix + "orders\"")
                .contains("\"Tags\": [ \"parley\", \"v7\" ]")
                .contains("\"Address\": \"127.0.0.1\"")
                .contains("\"Port\": 7001")
                .contains("\"parley-protocol\": \"1\"")
                .containsPattern("\"parley-incarnation\": \"[0-9a-f]{16}\"")
                .contains("\"parley-instance\": \"orders-1\"")
                .contains("\"parley-publish-port\": \"7002\"")
                .contains("\"parley-channels\": \"orders/place=request\"")
                .contains("\"parley-since\": \"2026-01-02T03:04:05Z\"")
                .contains("\"version\": \"7\"")
                .contains("\"zone\": \"north\"");
    }

    @Test
    void whatTwoAnnounceOnItsBehalfStaysUntilTheLastOfThemTakesItBack() throws IOException {
        Instance orders = Peers.instance("orders", "orders-1");
        Instance asTheSecondSaysIt = Peers.again(orders, orders.incarnation(), "2026-01-02T03:04:06Z");
        var seen = new Sightings();
        open(builder()).watch("orders", seen);
        Participant first = open(builder());
        Participant second = open(builder());
        try (Logs logs = Logs.open()) {
            first.announceOnBehalfOf(orders, "router-1");
            seen.await("orders-1");
            int before = seen.snapshots().size();
            second.announceOnBehalfOf(asTheSecondSaysIt, "router-2");
            await("the second one's word", () -> seen.only().equals(asTheSecondSaysIt));
            second.close();
            await("the first one's again", () -> seen.only().equals(orders));
            assertThat(seen.snapshots().subList(before, seen.snapshots().size()))
                    .doesNotContain(Set.of());
            assertThat(health("orders")).containsOnlyOnce("\"parley-instance\"").doesNotContain("\"critical\"");
            assertThat(logs.at(Level.WARNING)).isEmpty();
        }
        first.close();
        seen.await();
    }

    @Test
    void aPeerIsFoundInConsulsDns() throws IOException {
        open(builder()).announce(Peers.instance("orders", "orders-1"));
        await("a healthy instance", () -> isPassing("orders"));

        assertThat(Dns.ports(agent.dnsPort(), prefix + "orders.service.consul")).containsExactly(7001);
    }

    @Test
    void aPeerIsCriticalUntilItsIoAnswers() throws IOException {
        var asked = new CopyOnWriteArrayList<Runnable>();
        Participant participant = open(builder());
        participant.livenessProbe(asked::add);
        participant.announce(Peers.instance("orders", "orders-1"));
        await("a question to the I/O", () -> !asked.isEmpty());
        assertThat(health("orders")).contains("parley-incarnation").contains("\"Status\": \"critical\"");
        assertThat(isPassing("orders")).isFalse();

        asked.get(0).run();
        await("a healthy instance", () -> isPassing("orders"));
    }

    @Test
    void aPeerWhoseIoIsStuckBecomesCriticalAndComesBackWithIt() {
        var stuck = new AtomicBoolean();
        var kept = new CopyOnWriteArrayList<Runnable>();
        Participant participant = open(builder());
        participant.livenessProbe(answer -> {
            if (stuck.get()) {
                kept.add(answer);
            } else {
                answer.run();
            }
        });
        participant.announce(Peers.instance("orders", "orders-1"));
        await("a healthy instance", () -> isPassing("orders"));
        try (Logs logs = Logs.open()) {
            stuck.set(true);
            await("no healthy instance", () -> !isPassing("orders"));
            await("a warning", () -> logs.at(Level.WARNING).stream()
                    .anyMatch(line -> line.contains("has not answered for 1 s")));
        }
        assertThat(kept).as("questions to the I/O that are open").hasSize(1);
        stuck.set(false);
        kept.get(0).run();
        await("a healthy instance", () -> isPassing("orders"));
    }

    @Test
    void aPeerWhoseIoCannotBeAskedForAMomentIsAskedAgain() {
        var isBroken = new AtomicBoolean(true);
        Participant participant = open(builder());
        participant.livenessProbe(answer -> {
            if (isBroken.getAndSet(false)) {
                throw new IllegalStateException("Cannot be asked");
            }
            answer.run();
        });
        try (Logs logs = Logs.open()) {
            participant.announce(Peers.instance("orders", "orders-1"));
            await("a healthy instance", () -> isPassing("orders"));
            assertThat(logs.at(Level.SEVERE)).hasSize(1);
            assertThat(logs.at(Level.SEVERE).get(0)).contains("orders/orders-1", "Cannot be asked");
        }
    }

    @Test
    void aPeerStaysHealthyForLongerThanItsTimeToLive() {
        Duration ttl = Duration.ofSeconds(2);
        open(builder().ttl(ttl)).announce(Peers.instance("orders", "orders-1"));
        await("a healthy instance", () -> isPassing("orders"));
        long until = System.nanoTime() + ttl.multipliedBy(2).toNanos();
        await("signs of life for longer than that", () -> System.nanoTime() - until > 0);
        // A machine with other things to do may be late with one of them, but the next one follows.
        await("an instance that is still healthy", () -> isPassing("orders"));
    }

    @Test
    void aPeerThatIsWithdrawnIsCriticalAndOneThatIsClosedIsGone() throws IOException {
        Participant participant = open(builder());
        participant.announce(Peers.instance("orders", "orders-1"));
        await("a healthy instance", () -> isPassing("orders"));
        participant.withdraw();
        await("no healthy instance", () -> !isPassing("orders"));
        assertThat(health("orders")).contains("It is closing and takes no more work.");
        participant.close();
        assertThat(agent.get("/v1/agent/services")).as("right after closing").doesNotContain(prefix);
    }

    @Test
    void aChangeOfChannelsNeverMakesAPeerUnhealthy() throws IOException {
        Participant participant = open(builder().ttl(Duration.ofSeconds(15)));
        Instance orders = Peers.instance("orders", "orders-1");
        participant.announce(orders);
        await("a healthy instance", () -> isPassing("orders"));
        for (int i = 0; i < 20; i++) {
            participant.announce(
                    orders.withChannels(Map.of(new ChannelName("orders", "c" + i), InteractionStyle.REQUEST)));
            assertThat(isPassing("orders")).isTrue();
        }
        await("the last change", () -> healthQuietly("orders").contains("orders/c19=request"));
        assertThat(isPassing("orders")).isTrue();
    }

    private String healthQuietly(String service) {
        try {
            return health(service);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPeerThatTheAgentForgotRegistersAnew() throws IOException {
        Instance orders = Peers.instance("orders", "orders-1");
        open(builder()).announce(orders);
        await("a healthy instance", () -> isPassing("orders"));
        agent.put("/v1/agent/service/deregister/" + idOf(orders), "");
        assertThat(agent.get("/v1/agent/service/" + idOf(orders))).isEqualTo("status 404");
        await("a healthy instance again", () -> isPassing("orders"));
    }

    @Test
    void aPeerOpensWithTheAgentAwayAndRegistersOnceItIsThere() {
        try (ConsulAgent late = ConsulAgent.start()) {
            late.kill();
            Participant participant = open(ConsulDiscovery.builder(late.url()).ttl(TTL));
            var seen = new Sightings();
            participant.watch("orders", seen);
            participant.announce(Peers.instance("orders", "orders-1"));
            seen.awaitProblem();
            late.restart();
            seen.await("orders-1");
        }
    }

    @Test
    void aNewAgentThatForgotAPeerSaysSoInItsOwnWay() {
        var isThere = new AtomicBoolean();
        var registrations = new AtomicInteger();
        try (ScriptedConsul scripted = ScriptedConsul.of((exchange, number) -> {
            String path = exchange.getRequestURI().getPath();
            if (path.endsWith("/register")) {
                registrations.incrementAndGet();
                isThere.set(true);
                ScriptedConsul.send(exchange, 200, "");
            } else if (path.contains("/check/update/")) {
                // It remembers each registration for one sign of life.
                boolean was = isThere.getAndSet(false);
                ScriptedConsul.send(exchange, was ? 200 : 404, was ? "" : "Unknown check ID");
            } else {
                ScriptedConsul.send(exchange, 200, "{\"ID\":\"" + idOf(Peers.instance("orders", "orders-1")) + "\"}");
            }
        })) {
            open(ConsulDiscovery.builder(scripted.url()).prefix(prefix).ttl(TTL))
                    .announce(Peers.instance("orders", "orders-1"));
            await("three registrations", () -> registrations.get() == 3);
        }
    }

    @Test
    void ofTwoPeersThatClaimOneNameTheOneThatOpenedLastStands() {
        Instance first = Peers.instance("orders", "orders-1");
        Instance second = Peers.again(first, 42, "2026-01-02T03:04:06Z");
        open(builder()).announce(second);
        Participant other = open(builder());
        await("the second", () -> isPassing("orders"));
        try (Logs logs = Logs.open()) {
            other.announce(first);
            await("both", () -> healthQuietly("orders").contains(idOf(first)));
            var seen = new Sightings();
            Participant onlooker = open(builder());
            onlooker.watch("orders", seen);
            await("a warning", () -> logs.at(Level.WARNING).stream()
                    .anyMatch(line -> line.contains("two peers orders/orders-1")));
            seen.await("orders-1");
            assertThat(seen.only().incarnation()).isEqualTo(42);
        }
    }

    @Test
    void namesAndMetaDataThatConsulCannotHoldAreRefusedByName() {
        Participant participant = open(builder());
        assertThatThrownBy(() -> participant.announce(Peers.instance("orders", "a b")))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("\"a b\"");
        assertThatThrownBy(() ->
                        participant.announce(Peers.instance("orders", "orders-1", Map.of("note", "ü".repeat(257)))))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("\"note\"")
                .hasMessageContaining("514 bytes");
        var many = new HashMap<String, String>();
        for (int i = 0; i < 64; i++) {
            many.put("key-" + i, "value");
        }
        assertThatThrownBy(() -> participant.announce(Peers.instance("orders", "orders-1", many)))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("pairs of meta data");
        String longest = "a".repeat(63);
        assertThatThrownBy(() -> participant.watch(longest, new Sightings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(prefix + longest);
        assertThatThrownBy(() -> participant.announce(Peers.instance(longest, "orders-1")))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(prefix + longest);
    }

    @Test
    void metaDataUpToTheLimitsArrives() {
        var metadata = new HashMap<String, String>();
        metadata.put("k".repeat(128), "ü".repeat(256));
        metadata.put("k".repeat(129), "odd for its length");
        metadata.put("parley-protocol", "odd for its name");
        metadata.put("a.b", "");
        metadata.put("", "nothing");
        Instance orders = Peers.instance("orders", "orders-1", metadata);
        Participant participant = open(builder());
        participant.announce(orders);
        var seen = new Sightings();
        participant.watch("orders", seen);
        seen.await("orders-1");
        assertThat(seen.only()).isEqualTo(orders);
    }

    @Test
    void aRegistrationThatIsRefusedIsToldOnceWithConsulsReason() {
        try (ScriptedConsul scripted = ScriptedConsul.of(
                        (exchange, number) -> ScriptedConsul.send(exchange, 400, "Invalid Service Meta: no"));
                Logs logs = Logs.open()) {
            open(ConsulDiscovery.builder(scripted.url()).ttl(TTL)).announce(Peers.instance("orders", "orders-1"));
            await("some tries", () -> scripted.queries().size() >= 4);
            assertThat(logs.at(Level.WARNING)).hasSize(1);
            assertThat(logs.at(Level.WARNING).get(0)).contains("orders/orders-1", "Invalid Service Meta: no");
        }
    }

    @Test
    void anAgentThatTakesARegistrationWithoutKeepingItIsNotBelieved() {
        try (ScriptedConsul scripted = ScriptedConsul.of((exchange, number) -> ScriptedConsul.send(
                        exchange, exchange.getRequestURI().getPath().endsWith("/register") ? 200 : 404, ""));
                Logs logs = Logs.open()) {
            open(ConsulDiscovery.builder(scripted.url()).ttl(TTL)).announce(Peers.instance("orders", "orders-1"));
            await("a second try", () -> scripted.queries().size() >= 4);
            assertThat(logs.at(Level.WARNING)).hasSize(1);
            assertThat(logs.at(Level.WARNING).get(0)).contains("does not have it");
        }
    }

    @Test
    void closingDoesNotWaitForAnAgentThatIsSilent() {
        try (ScriptedConsul silent = ScriptedConsul.of((exchange, number) -> new CountDownLatch(1).await())) {
            Participant participant = open(ConsulDiscovery.builder(silent.url()).requestTimeout(Duration.ofMinutes(1)));
            participant.watch("orders", new Sightings());
            participant.announce(Peers.instance("orders", "orders-1"));
            await("two requests", () -> silent.queries().size() >= 2);
            // Were it to wait, the test's own limit would end it.
            participant.close();
            await("no thread", () -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("parley-consul")));
        }
    }
}
