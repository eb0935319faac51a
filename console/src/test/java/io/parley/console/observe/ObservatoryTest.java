package io.parley.console.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.console.flow.Flow;
import io.parley.console.observe.ObservedPeer.Status;
import io.parley.discovery.Instance;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looks at real peers that share this process. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ObservatoryTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MANY = 200;

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final InMemoryDiscovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new ArrayList<>();
    private final List<Observatory> observatories = new ArrayList<>();

    @AfterEach
    void closeAll() {
        observatories.forEach(Observatory::close);
        List<CompletableFuture<Void>> closed =
                peers.stream().map(peer -> peer.closeAsync(Duration.ZERO)).toList();
        closed.forEach(CompletableFuture::join);
    }

    private PeerBuilder builder(String service, String instance) {
        return Peer.named(service)
                .instance(instance)
                .transport(InMemoryTransport.on(network))
                .discovery(discovery);
    }

    private Peer open(PeerBuilder builder) {
        Peer peer = builder.open();
        peers.add(peer);
        return peer;
    }

    private Peer open(String service) {
        return open(builder(service, service + "-1"));
    }

    private Observatory observe(String instance) throws InterruptedException {
        var departures = new DepartureTracker();
        Peer observer = open(builder("console", instance).flightRecorder(0).flowTap(departures));
        Observatory observatory = Observatory.open(observer, discovery, departures);
        observatories.add(observatory);
        assertThat(observatory.awaitPeers(LIMIT)).isTrue();
        assertThat(observatory.awaitFlows(LIMIT)).isTrue();
        return observatory;
    }

    private static RequestChannel<String, String> ask(String service) {
        return PointToPointChannel.of(service + "/ask", String.class).withReply(String.class);
    }

    private static Optional<Status> status(Observatory observatory, String label) {
        return observatory.peer(label).map(ObservedPeer::status);
    }

    private static void awaitStatus(Observatory observatory, String label, Optional<Status> wanted) {
        Await.until(() -> label + " to be " + wanted + ", not " + status(observatory, label), LIMIT, () -> status(
                        observatory, label)
                .equals(wanted));
    }

    @Test
    void aPeerThatIsShutDownHasLeftAndIsForgottenSoonThoughItHadToDoWithNobody() throws Exception {
        open("stays");
        Peer lonely = open("lonely");
        Observatory observatory = observe("observer-1");
        awaitStatus(observatory, "lonely/lonely-1", Optional.of(Status.UP));

        lonely.close();

        awaitStatus(observatory, "lonely/lonely-1", Optional.of(Status.LEFT));
        awaitStatus(observatory, "lonely/lonely-1", Optional.empty());
        assertThat(status(observatory, "stays/stays-1")).contains(Status.UP);
    }

    @Test
    void oneThatComesBackUnderItsNameIsUp() throws Exception {
        Peer first = open("returns");
        Observatory observatory = observe("observer-1");
        awaitStatus(observatory, "returns/returns-1", Optional.of(Status.UP));
        first.close();
        awaitStatus(observatory, "returns/returns-1", Optional.of(Status.LEFT));

        open("returns");

        awaitStatus(observatory, "returns/returns-1", Optional.of(Status.UP));
    }

    @Test
    void onePeerThatDiesIsGoneAndOneThatPassedByHasLeft() throws Exception {
        open("stays");
        Observatory observatory = observe("observer-1");
        var dying = discovery
                .openRegistry(Environment.system(), ZmqTransport.addresses())
                .orElseThrow();
        dying.announce(unreachable("dying", Map.of()));
        var passing = discovery
                .openRegistry(Environment.system(), ZmqTransport.addresses())
                .orElseThrow();
        passing.announce(unreachable("passing", Map.of(ObservedPeer.PASSING, "true")));
        awaitStatus(observatory, "dying/dying-1", Optional.of(Status.SILENT));
        awaitStatus(observatory, "passing/passing-1", Optional.of(Status.SILENT));

        dying.close();
        passing.close();

        awaitStatus(observatory, "passing/passing-1", Optional.of(Status.LEFT));
        awaitStatus(observatory, "dying/dying-1", Optional.of(Status.GONE));
        awaitStatus(observatory, "passing/passing-1", Optional.empty());
        assertThat(status(observatory, "dying/dying-1")).contains(Status.GONE);
    }

    /** Nobody is there, as after a crash. */
    private static Instance unreachable(String service, Map<String, String> metadata) {
        return new Instance(
                service,
                service + "-1",
                service.hashCode(),
                "memory://nobody-" + service,
                "memory://nobody-either-" + service,
                new TreeMap<>(),
                Instant.now(),
                metadata);
    }

    @Test
    void whoComesLaterIsNotToldWhatWasLeftOutBefore() throws Exception {
        var channel = PointToPointChannel.of("busy/ear", String.class);
        open("busy").receive(channel, message -> {});
        Peer caller = open("caller");
        caller.awaitReachable(channel, LIMIT);
        Observatory first = observe("observer-1");
        Await.until(() -> "too much to be told: " + first.leftOut(), LIMIT, () -> {
            for (int i = 0; i < 5_000; i++) {
                caller.sender(channel).sendAsync("noise");
            }
            return first.leftOut() > 0;
        });
        assertThat(first.leftOutLately()).isPositive();
        Await.until("all of it to be handled", () -> first.recent(flow -> true, 1).stream()
                .anyMatch(flow -> isQuiet(first)));

        Observatory second = observe("observer-2");
        Await.until("flows to be seen", () -> {
            caller.sender(channel).sendAsync("a word");
            return !second.recent(flow -> true, 1).isEmpty();
        });
        assertThat(second.leftOut()).isZero();
    }

    private static boolean isQuiet(Observatory observatory) {
        return observatory.edges().stream().allMatch(edge -> edge.rate() == 0);
    }

    @Test
    void twoHundredPeersAndAllTheirEdgesAreSeen() throws Exception {
        for (int i = 0; i < MANY; i++) {
            open("service-" + i).reply(ask("service-" + i), question -> "answer to " + question);
        }
        Observatory observatory = observe("observer-1");
        for (int i = 0; i < MANY; i++) {
            peers.get(i).awaitReachable(ask("service-" + (i + 1) % MANY), LIMIT);
        }
        Await.until(() -> Collections.frequency(statuses(observatory), Status.UP) + " peers up", LIMIT, () -> statuses(
                        observatory)
                .equals(Collections.nCopies(MANY, Status.UP)));
        assertThat(observatory.awaitFlows(LIMIT)).isTrue();
        // Of what was asked while nobody listened yet, nobody tells.
        Await.untilAsserted(LIMIT, () -> {
            askAround();
            assertThat(observatory.edges()).hasSize(MANY).allSatisfy(edge -> {
                assertThat(edge.messages()).isPositive();
                assertThat(edge.p50Nanos()).isPositive();
            });
        });

        List<Flow> told = observatory.recent(flow -> flow.channel().equals("service-8/ask"), 100);
        assertThat(told)
                .extracting(flow -> flow.peer() + " " + flow.step())
                .contains(
                        "service-7/service-7-1 SENT",
                        "service-8/service-8-1 HANDLED",
                        "service-7/service-7-1 ANSWERED");
        assertThat(observatory.explain(told.get(0).id()))
                .succeedsWithin(LIMIT)
                .satisfies(story -> assertThat(story.steps()).hasSizeGreaterThanOrEqualTo(5));
        assertThat(observatory.leftOut()).isZero();
    }

    /** Each asks the next one. */
    private void askAround() {
        var asked = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < MANY; i++) {
            asked.add(peers.get(i).requestor(ask("service-" + (i + 1) % MANY)).requestAsync("question", LIMIT));
        }
        asked.forEach(answer -> assertThat(answer).succeedsWithin(LIMIT));
    }

    private static List<Status> statuses(Observatory observatory) {
        return observatory.peers().stream().map(ObservedPeer::status).toList();
    }
}
