package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.Participant;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Watching through a real agent that is asked too often, dies, forgets, and holds what others put into it. */
class WatchTest {

    private static final AtomicInteger TESTS = new AtomicInteger();

    private static ConsulAgent agent;

    private final String prefix = "w" + TESTS.incrementAndGet() + '-';
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void startAgent() {
        agent = ConsulAgent.start();
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

    private Participant open(ConsulDiscovery discovery) {
        Participant participant = Participant.open(discovery, Environment.system(), ZmqTransport.addresses());
        opened.add(participant);
        return participant;
    }

    private CountingProxy proxy(ConsulAgent to) {
        CountingProxy proxy = CountingProxy.to(to.httpPort());
        opened.add(proxy);
        return proxy;
    }

    private ConsulAgent ownAgent() {
        ConsulAgent own = ConsulAgent.start();
        opened.add(own);
        return own;
    }

    @Test
    void aServiceIsWatchedOnceHoweverManyWantToKnow() {
        CountingProxy proxy = proxy(agent);
        ConsulDiscovery discovery =
                ConsulDiscovery.builder(proxy.url()).prefix(prefix).build();
        var seen = new ArrayList<Sightings>();
        for (int i = 0; i < 10; i++) {
            Participant participant = open(discovery);
            for (int j = 0; j < 3; j++) {
                seen.add(new Sightings());
                participant.watch("orders", seen.get(seen.size() - 1));
            }
        }
        seen.forEach(Sightings::await);
        Await.until("the watch's second request", () -> proxy.count("&index=") == 1);
        assertThat(proxy.count("/v1/health/service/")).isEqualTo(2);
        assertThat(proxy.connections()).as("connections that wait").isEqualTo(1);

        open(ConsulDiscovery.builder(agent.url()).prefix(prefix).build())
                .announce(Peers.instance("orders", "orders-1"));
        seen.forEach(each -> each.await("orders-1"));
    }

    @Test
    void aWatchThatNobodyNeedsEndsAtOnce() {
        CountingProxy proxy = proxy(agent);
        Participant participant =
                open(ConsulDiscovery.builder(proxy.url()).prefix(prefix).build());
        ServiceResolver.Watch first = participant.watch("orders", new Sightings());
        ServiceResolver.Watch second = participant.watch("orders", new Sightings());
        Await.until("a connection that waits", () -> proxy.count("&index=") == 1);
        first.close();
        assertThat(proxy.connections()).isEqualTo(1);
        second.close();
        Await.until("no connection", () -> proxy.connections() == 0);
    }

    @Test
    void closingLeavesNeitherThreadsNorConnections() {
        CountingProxy proxy = proxy(agent);
        Set<String> before = consulThreads();
        ConsulDiscovery discovery =
                ConsulDiscovery.builder(proxy.url()).prefix(prefix).build();
        Participant participant = Participant.open(discovery, Environment.system(), ZmqTransport.addresses());
        Participant other = Participant.open(discovery, Environment.system(), ZmqTransport.addresses());
        var seen = new Sightings();
        participant.watch("orders", seen);
        participant.watch("billing", new Sightings());
        other.announce(Peers.instance("orders", "orders-1"));
        seen.await("orders-1");
        Await.until("two connections that wait", () -> proxy.connections() == 2);
        assertThat(consulThreads()).hasSizeGreaterThan(before.size());
        participant.close();
        other.close();
        Await.until(
                () -> "none of these threads " + consulThreads(),
                Duration.ofSeconds(10),
                () -> before.containsAll(consulThreads()));
        Await.until("no connection", () -> proxy.connections() == 0);
    }

    /** Of this process, by name and number. */
    private static Set<String> consulThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("parley-consul"))
                .map(thread -> thread.getName() + '#' + thread.getId())
                .collect(Collectors.toSet());
    }

    @Test
    void moreServicesThanConnectionsTakeTurns() {
        CountingProxy proxy = proxy(agent);
        ConsulDiscovery discovery = ConsulDiscovery.builder(proxy.url())
                .prefix(prefix)
                .connections(3)
                .build();
        Participant participant = open(discovery);
        var seen = new ArrayList<Sightings>();
        for (int i = 0; i < 9; i++) {
            seen.add(new Sightings());
            participant.watch("service-" + i, seen.get(i));
        }
        seen.forEach(Sightings::await);
        // Those that asked at once may be there for a moment longer.
        Await.until("no more than three connections", () -> proxy.connections() <= 3);
        for (int i = 0; i < 9; i++) {
            open(ConsulDiscovery.builder(agent.url()).prefix(prefix).build())
                    .announce(Peers.instance("service-" + i, "one"));
        }
        seen.forEach(each -> each.await("one"));
        assertThat(proxy.connections()).isLessThanOrEqualTo(3);
    }

    @Test
    void hundredsOfServicesCanBeWatched() {
        CountingProxy proxy = proxy(agent);
        Participant participant =
                open(ConsulDiscovery.builder(proxy.url()).prefix(prefix).build());
        var seen = new ArrayList<Sightings>();
        for (int i = 0; i < 300; i++) {
            seen.add(new Sightings());
            participant.watch("service-" + i, seen.get(i));
        }
        seen.forEach(Sightings::await);
        assertThat(proxy.connections()).isLessThanOrEqualTo(64);
        open(ConsulDiscovery.builder(agent.url()).prefix(prefix).build())
                .announce(Peers.instance("service-299", "one"));
        seen.get(299).await("one");
    }

    @Test
    void whatIsKnownStaysWhileTheAgentIsDeadAndAllRegisterAnewWhenItIsBackWithNothingInItsMemory() throws IOException {
        ConsulAgent own = ownAgent();
        ConsulDiscovery discovery =
                ConsulDiscovery.builder(own.url()).ttl(Duration.ofSeconds(3)).build();
        var seen = new Sightings();
        Participant participant = open(discovery);
        participant.watch("orders", seen);
        participant.announce(Peers.instance("orders", "orders-1"));
        // One that watches nothing finds out by itself, too.
        open(ConsulDiscovery.builder(own.url()).ttl(Duration.ofSeconds(3)).build())
                .announce(Peers.instance("orders", "orders-2"));
        seen.await("orders-1", "orders-2");
        int told = seen.snapshots().size();
        own.kill();
        seen.awaitProblem();
        var late = new Sightings();
        open(discovery).watch("orders", late);
        late.await("orders-1", "orders-2");
        late.awaitProblem();
        own.restart();
        Await.until(
                () -> "both registered again",
                Duration.ofSeconds(40),
                () -> passing(own, "orders").contains("orders-1")
                        && passing(own, "orders").contains("orders-2"));
        late.await("orders-1", "orders-2");
        assertThat(seen.snapshots().subList(told, seen.snapshots().size()))
                .as("all that was told since the agent died")
                .allSatisfy(snapshot -> assertThat(snapshot).containsExactlyInAnyOrder("orders-1", "orders-2"));
        assertThat(seen.problems()).hasSize(1);
        assertThat(seen.problems().get(0)).hasMessageContaining(own.url()).hasMessageContaining("cannot be asked");
    }

    private static String passing(ConsulAgent agent, String service) {
        try {
            return agent.get("/v1/health/service/" + service + "?passing");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInstanceThatConsulLostWithItsMemoryIsKeptForTheGraceAndNoLonger() throws IOException {
        ConsulAgent own = ownAgent();
        own.put("/v1/agent/service/register", byHand("orders", "orders-1"));
        var seen = new Sightings();
        open(ConsulDiscovery.builder(own.url()).grace(Duration.ofSeconds(2)).build())
                .watch("orders", seen);
        seen.await("orders-1");
        own.kill();
        seen.awaitProblem();
        own.restart();
        own.put("/v1/agent/service/register", byHand("orders", "orders-2"));
        seen.await("orders-1", "orders-2");
        seen.await("orders-2");
    }

    @Test
    void anAgentThatFlapsIsNotAskedInAHotLoop() {
        CountingProxy proxy = proxy(agent);
        Participant participant =
                open(ConsulDiscovery.builder(proxy.url()).prefix(prefix).build());
        var seen = new Sightings();
        participant.watch("orders", seen);
        participant.announce(Peers.instance("orders", "orders-1"));
        seen.await("orders-1");
        int before = proxy.heads().size();
        long start = System.nanoTime();
        int flaps = 0;
        while (System.nanoTime() - start < 3_000_000_000L || flaps < 3) {
            proxy.cut();
            int heads = proxy.heads().size();
            Await.until("a request that is cut", () -> proxy.heads().size() > heads);
            proxy.mend();
            Await.until(
                    "a request that is answered",
                    () -> proxy.connections() > 0 || proxy.heads().size() > heads + 1);
            flaps++;
        }
        int asked = proxy.heads().size() - before;
        double seconds = (System.nanoTime() - start) / 1e9;
        // A watch makes up to 50 rounds at once and 20 a second; a registration beats and backs off; a loop would make
        // thousands.
        assertThat(asked).isLessThan((int) (2 * (50 + 20 * seconds) + 20 * seconds));
        seen.await("orders-1");
    }

    @Test
    void aPeerRegisteredByHandIsFound() throws IOException, InterruptedException {
        agent.run(
                "services",
                "register",
                "-name=" + prefix + "legacy",
                "-id=" + prefix + "legacy-1",
                "-address=10.1.2.3",
                "-port=7001",
                "-tag=parley",
                "-meta=parley-protocol=1",
                "-meta=parley-incarnation=00ab51c09d3e77f2",
                "-meta=parley-publish-port=7002",
                "-meta=parley-channels=legacy/ask=request legacy/tell=one-way",
                "-meta=zone=north");
        var seen = new Sightings();
        Participant participant =
                open(ConsulDiscovery.builder(agent.url()).prefix(prefix).build());
        participant.watch("legacy", seen);
        seen.await(prefix + "legacy-1");
        Instance found = seen.only();
        assertThat(found.address()).isEqualTo("tcp://10.1.2.3:7001");
        assertThat(found.publishAddress()).isEqualTo("tcp://10.1.2.3:7002");
        assertThat(found.incarnation()).isEqualTo(0x00ab51c09d3e77f2L);
        assertThat(found.metadata()).containsExactly(Map.entry("zone", "north"));
        assertThat(found.channels()).hasSize(2);
        assertThat(participant.services()).containsExactly("legacy");
    }

    @Test
    void entriesThatAreNotOursOrBrokenAreSkippedWithOneWarningEach() throws IOException {
        agent.put("/v1/agent/service/register", "{\"ID\":\"" + prefix + "a\",\"Name\":\"" + prefix + "orders\"}");
        String[] broken = {
            "\"parley-protocol\":\"9\"",
            "\"parley-protocol\":\"1\",\"parley-incarnation\":\"\"",
            "\"parley-protocol\":\"1\",\"parley-incarnation\":\"zz\"",
            "\"parley-protocol\":\"1\",\"parley-incarnation\":\"00ab51c09d3e77f2\",\"parley-instance\":\"a b\"",
            "\"parley-protocol\":\"1\",\"parley-incarnation\":\"00ab51c09d3e77f2\",\"parley-since\":\"yesterday\"",
            "\"parley-protocol\":\"1\",\"parley-incarnation\":\"00ab51c09d3e77f2\",\"parley-publish-port\":\"70000\"",
            "\"parley-protocol\":\"1\",\"parley-incarnation\":\"00ab51c09d3e77f2\",\"parley-channels\":\"x=request\"",
        };
        for (int i = 0; i < broken.length; i++) {
            agent.put(
                    "/v1/agent/service/register",
                    "{\"ID\":\"" + prefix + "b" + i + "\",\"Name\":\"" + prefix
                            + "orders\",\"Address\":\"10.0.0.1\",\"Port\":7001,\"Meta\":{" + broken[i] + "}}");
        }
        try (Logs logs = Logs.open()) {
            var seen = new Sightings();
            Participant participant =
                    open(ConsulDiscovery.builder(agent.url()).prefix(prefix).build());
            participant.watch("orders", seen);
            seen.await();
            for (int i = 0; i < 3; i++) {
                Participant announcing =
                        open(ConsulDiscovery.builder(agent.url()).prefix(prefix).build());
                announcing.announce(Peers.instance("orders", "orders-" + i));
                seen.await(
                        IntStream.rangeClosed(0, i).mapToObj(n -> "orders-" + n).toArray(String[]::new));
            }
            List<String> skipped = logs.at(Level.WARNING).stream()
                    .filter(line -> line.contains("is skipped"))
                    .toList();
            assertThat(skipped).hasSize(1 + broken.length).doesNotHaveDuplicates();
            assertThat(skipped).anySatisfy(line -> assertThat(line).contains("\"zz\""));
            assertThat(skipped).anySatisfy(line -> assertThat(line).contains("\"70000\""));
        }
    }

    /** What a third party would register, without a check. */
    private static String byHand(String service, String id) {
        return "{\"ID\":\"" + id + "\",\"Name\":\"" + service
                + "\",\"Tags\":[\"parley\"],\"Address\":\"10.0.0.1\",\"Port\":7001,\"Meta\":{\"parley-protocol\":\"1\","
                + "\"parley-incarnation\":\"00ab51c09d3e77f2\"}}";
    }
}
