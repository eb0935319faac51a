package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.Participant;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watching where Consul does what a real one does only now and then. */
class ScriptedWatchTest {

    private static final String ID = PeerEntry.write(
                    Peers.instance("customer", "customer-1"),
                    "",
                    ConsulDiscovery.builder("http://h").settings(),
                    ZmqTransport.addresses())
            .id();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private ScriptedConsul scripted(ScriptedConsul.Script script) {
        ScriptedConsul scripted = ScriptedConsul.of(script);
        opened.add(scripted);
        return scripted;
    }

    private Participant open(ConsulDiscoveryBuilder builder) {
        Participant participant = Participant.open(builder.build(), Environment.system(), ZmqTransport.addresses());
        opened.add(participant);
        return participant;
    }

    private static void never() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @Test
    void aWatchAsksAsStaleWithTheIndexOfTheLastAnswerAndItsWaitingTime() {
        ScriptedConsul scripted = scripted((exchange, number) -> {
            switch (number) {
                case 0 -> ScriptedConsul.health(exchange, 7, ScriptedConsul.peer("orders", "a"));
                default -> never();
            }
        });
        var seen = new Sightings();
        open(ConsulDiscovery.builder(scripted.url()).datacenter("dc2").watchTime(Duration.ofSeconds(30)))
                .watch("orders", seen);
        seen.await("a");
        Await.until("two requests", () -> scripted.queries().size() == 2);
        assertThat(scripted.queries())
                .containsExactly(
                        "/v1/health/service/orders?passing&stale&dc=dc2",
                        "/v1/health/service/orders?passing&stale&dc=dc2&index=7&wait=30000ms");
    }

    @Test
    void anIndexThatGoesBackwardsIsForgottenAndAnIndexOfZeroIsNotUsed() {
        ScriptedConsul scripted = scripted((exchange, number) -> {
            switch (number) {
                case 0 -> ScriptedConsul.health(exchange, 0, ScriptedConsul.peer("orders", "a"));
                case 1 -> ScriptedConsul.health(exchange, 9, ScriptedConsul.peer("orders", "a"));
                case 2 -> ScriptedConsul.health(exchange, 4, ScriptedConsul.peer("orders", "b"));
                default -> never();
            }
        });
        var seen = new Sightings();
        open(ConsulDiscovery.builder(scripted.url())).watch("orders", seen);
        // What was lost with the index is kept for the grace.
        seen.await("a", "b");
        Await.until("four requests", () -> scripted.queries().size() == 4);
        assertThat(scripted.queries().get(1)).contains("&index=1&");
        assertThat(scripted.queries().get(2)).contains("&index=9&");
        assertThat(scripted.queries().get(3)).doesNotContain("index");
    }

    @Test
    void anAnswerWithTheSameContentIsNoNews() {
        ScriptedConsul scripted = scripted((exchange, number) -> {
            if (number < 5) {
                ScriptedConsul.health(exchange, number + 1, ScriptedConsul.peer("orders", "a"));
            } else {
                never();
            }
        });
        var seen = new Sightings();
        open(ConsulDiscovery.builder(scripted.url())).watch("orders", seen);
        Await.until("six requests", () -> scripted.queries().size() == 6);
        assertThat(seen.snapshots()).hasSize(1);
    }

    @Test
    void answersThatComeAtOnceDoNotMakeAHotLoop() {
        ScriptedConsul scripted =
                scripted((exchange, number) -> ScriptedConsul.health(exchange, 1, ScriptedConsul.peer("orders", "a")));
        var seen = new Sightings();
        long start = System.nanoTime();
        open(ConsulDiscovery.builder(scripted.url())).watch("orders", seen);
        Await.until("a while", () -> System.nanoTime() - start > 2_000_000_000L);
        int asked = scripted.queries().size();
        // Measured afterwards, so that whatever the machine does in between makes it only longer.
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(asked).isGreaterThan(1).isLessThanOrEqualTo(52 + (int) (20 * seconds));
    }

    @Test
    void anAnswerThatEmptiesAServiceGetsASecondLookByTheLeader() {
        ScriptedConsul scripted = scripted((exchange, number) -> {
            switch (number) {
                case 0, 2 -> ScriptedConsul.health(exchange, 5, ScriptedConsul.peer("orders", "a"));
                case 1, 3, 4 -> ScriptedConsul.health(exchange, 6);
                default -> never();
            }
        });
        var seen = new Sightings();
        open(ConsulDiscovery.builder(scripted.url())).watch("orders", seen);
        seen.await("a");
        Await.until("the fourth request", () -> scripted.queries().size() >= 4);
        assertThat(scripted.queries().get(2))
                .as("the second look")
                .doesNotContain("stale")
                .doesNotContain("index");
        // The first time the leader contradicts, the second time it confirms.
        seen.await();
        assertThat(seen.snapshots()).hasSize(2);
    }

    @Test
    void aSecondLookThatFailsEmptiesNothing() {
        ScriptedConsul scripted = scripted((exchange, number) -> {
            switch (number) {
                case 0 -> ScriptedConsul.health(exchange, 5, ScriptedConsul.peer("orders", "a"));
                case 1, 3 -> ScriptedConsul.health(exchange, 6);
                case 2, 4 -> ScriptedConsul.send(exchange, 500, "No cluster leader");
                default -> never();
            }
        });
        var seen = new Sightings();
        open(ConsulDiscovery.builder(scripted.url())).watch("orders", seen);
        seen.await("a");
        seen.awaitProblem();
        assertThat(seen.snapshots()).hasSize(1);
        assertThat(seen.problems().get(0)).hasMessageContaining("500").hasMessageContaining("No cluster leader");
    }

    @Test
    void aServiceIsNotEmptiedAfterSignsOfLifeCouldNotBeGiven() {
        var isFrozen = new AtomicBoolean();
        var watched = new AtomicInteger();
        var thaw = new CountDownLatch(1);
        ScriptedConsul scripted = scripted((exchange, number) -> {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/v1/health/")) {
                // As if the agent had forgotten nothing, and found that nobody has given a sign of life.
                switch (watched.getAndIncrement()) {
                    case 0 -> ScriptedConsul.health(exchange, 5, ScriptedConsul.peer("orders", "a"));
                    case 1 -> {
                        thaw.await();
                        ScriptedConsul.health(exchange, 6);
                    }
                    case 2 -> ScriptedConsul.health(exchange, 7, ScriptedConsul.peer("orders", "a"));
                    default -> never();
                }
            } else if (isFrozen.get()) {
                thaw.await();
            } else {
                ScriptedConsul.send(exchange, 200, "{\"ID\":\"" + ID + "\"}");
            }
        });
        try (Logs logs = Logs.open()) {
            var seen = new Sightings();
            Participant participant = open(ConsulDiscovery.builder(scripted.url())
                    .ttl(Duration.ofSeconds(1))
                    .requestTimeout(Duration.ofMillis(200)));
            participant.watch("orders", seen);
            seen.await("a");
            participant.announce(Peers.instance("customer", "customer-1"));
            Await.until("a sign of life", () -> asked(scripted, "/check/update/") > 0);
            isFrozen.set(true);
            int before = asked(scripted, "/check/update/");
            Await.until("signs of life that fail", () -> asked(scripted, "/check/update/") > before + 3);
            thaw.countDown();
            Await.until("a fourth query", () -> watched.get() == 4);
            assertThat(seen.snapshots()).containsExactly(Set.of("a"));
            assertThat(seen.problems()).isEmpty();
            assertThat(logs.at(Level.WARNING)).hasSize(1);
        }
    }

    private static int asked(ScriptedConsul scripted, String part) {
        return (int) scripted.queries().stream()
                .filter(query -> query.contains(part))
                .count();
    }

    @Test
    void whatStrangersWroteIsLoggedOnOneLineOfModestLength() {
        ScriptedConsul scripted = scripted((exchange, number) -> {
            if (number == 0) {
                ScriptedConsul.health(
                        exchange,
                        1,
                        ScriptedConsul.entry("orders", "x\\r\\nSEVERE: all is lost" + "y".repeat(5000), ""));
            } else {
                never();
            }
        });
        try (Logs logs = Logs.open()) {
            open(ConsulDiscovery.builder(scripted.url())).watch("orders", new Sightings());
            Await.until("a warning", () -> !logs.at(Level.WARNING).isEmpty());
            assertThat(logs.at(Level.WARNING).get(0))
                    .contains("is skipped")
                    .doesNotContain("\n", "\r")
                    .hasSizeLessThan(800);
        }
    }

    @Test
    void anAnswerFromAServerThatLostTheLeaderIsCheckedWithTheLeader() {
        for (String[] header : new String[][] {
            {"X-Consul-LastContact", "60000"}, {"X-Consul-KnownLeader", "false"},
        }) {
            ScriptedConsul scripted = scripted((exchange, number) -> {
                switch (number) {
                    case 0 -> {
                        exchange.getResponseHeaders().set(header[0], header[1]);
                        ScriptedConsul.health(exchange, 5, ScriptedConsul.peer("orders", "old"));
                    }
                    case 1 -> ScriptedConsul.health(exchange, 5, ScriptedConsul.peer("orders", "new"));
                    default -> never();
                }
            });
            var seen = new Sightings();
            open(ConsulDiscovery.builder(scripted.url())).watch("orders", seen);
            seen.await("new");
            assertThat(seen.snapshots()).hasSize(1);
            assertThat(scripted.queries().get(1)).doesNotContain("stale");
        }
    }

    @Test
    void aWatchMayTakeItsTimeAndASixteenthMoreThoughOtherRequestsMayNot() {
        var release = new CountDownLatch(1);
        ScriptedConsul scripted = scripted((exchange, number) -> {
            switch (number) {
                case 0 -> ScriptedConsul.health(exchange, 5, ScriptedConsul.peer("orders", "a"));
                case 1 -> {
                    release.await();
                    ScriptedConsul.health(exchange, 6, ScriptedConsul.peer("orders", "b"));
                }
                default -> never();
            }
        });
        var seen = new Sightings();
        open(ConsulDiscovery.builder(scripted.url())
                        .watchTime(Duration.ofMinutes(1))
                        .requestTimeout(Duration.ofMillis(300)))
                .watch("orders", seen);
        seen.await("a");
        long start = System.nanoTime();
        // Far beyond the limit of other requests.
        Await.until("a second", () -> System.nanoTime() - start > 1_000_000_000L);
        release.countDown();
        seen.await("b");
        assertThat(seen.problems()).isEmpty();
        assertThat(scripted.queries())
                .filteredOn(query -> query.contains("index=5"))
                .hasSize(1);
    }

    @Test
    void whatTheTokenMayNotSeeIsToldOnce() {
        var release = new AtomicReference<>(new CountDownLatch(1));
        ScriptedConsul scripted = scripted((exchange, number) -> {
            if (number > 2) {
                release.get().await();
            }
            exchange.getResponseHeaders().set("X-Consul-Results-Filtered-By-ACLs", "true");
            ScriptedConsul.health(exchange, number + 1);
        });
        try (Logs logs = Logs.open()) {
            open(ConsulDiscovery.builder(scripted.url())).watch("orders", new Sightings());
            Await.until("four requests", () -> scripted.queries().size() == 4);
            assertThat(logs.at(Level.WARNING)).hasSize(1);
            assertThat(logs.at(Level.WARNING).get(0)).contains("the token may not see");
        }
    }

    @Test
    void anElementThatIsNoEntryIsSkippedAndTheRestUsed() {
        ScriptedConsul scripted = scripted((exchange, number) -> {
            if (number == 0) {
                ScriptedConsul.health(
                        exchange,
                        1,
                        "null",
                        "17",
                        "{\"Service\":[]}",
                        "{\"Service\":{\"ID\":\"x\",\"Service\":\"orders\",\"Port\":\"many\"}}",
                        ScriptedConsul.peer("orders", "a"));
            } else {
                never();
            }
        });
        try (Logs logs = Logs.open()) {
            var seen = new Sightings();
            open(ConsulDiscovery.builder(scripted.url())).watch("orders", seen);
            seen.await("a");
            assertThat(seen.only().address())
                    .as("the node's, as it has none of its own")
                    .isEqualTo("tcp://10.0.0.9:7001");
            assertThat(logs.at(Level.WARNING)).isNotEmpty();
        }
    }
}
