package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.console.observe.Observatory;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.FaultedException;
import io.parley.failure.TimedOutException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.samples.shop.ShopPeers;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the peers of the shop, which run over ZeroMQ in a mesh of their own, from the command line. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ObserveTest {

    private static final String ORDER = "{\"id\":\"%s\",\"customer\":\"Ada\",\"product\":\"%s\",\"quantity\":1}";
    private static final RequestChannel<String, String> HOLD =
            PointToPointChannel.of("holder/hold", String.class).withReply(String.class);
    private static final RequestChannel<String, String> SLOW =
            PointToPointChannel.of("sloth/hold", String.class).withReply(String.class);
    private static final RequestChannel<String, String> KEEP =
            PointToPointChannel.of("keeper/hold", String.class).withReply(String.class);
    private static final PointToPointChannel<String> DRAIN = PointToPointChannel.of("sink/drain", String.class);
    private static final RequestChannel<byte[], byte[]> PLACE =
            PointToPointChannel.of("orders/place", byte[].class).withReply(byte[].class);
    private static final RequestChannel<String, String> TRY =
            PointToPointChannel.of("fragile/try", String.class).withReply(String.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<Peer> PEERS = new ArrayList<>();

    @TempDir
    static Path mesh;

    private static Peer customer;

    private final Screen screen = new Screen();

    @BeforeAll
    static void openTheShop() {
        for (String name : List.of("orders-1", "payment-1", "warehouse-1")) {
            String service = name.substring(0, name.indexOf('-'));
            ShopPeers.start(service, open(service, name));
        }
        customer = open("customer", "customer-1");
    }

    private static Peer open(String service, String name) {
        Peer peer = Peer.named(service)
                .instance(name)
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .open();
        PEERS.add(peer);
        return peer;
    }

    @AfterAll
    static void closeTheShop() {
        PEERS.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    private static String[] inMesh(String... arguments) {
        return Stream.concat(Arrays.stream(arguments), Stream.of("--mesh", mesh.toString()))
                .toArray(String[]::new);
    }

    private int run(String... arguments) {
        return screen.run(inMesh(arguments));
    }

    private static void place(String conversation, String product) {
        Message<byte[]> order = Message.command(
                "place", String.format(ORDER, conversation, product).getBytes(StandardCharsets.UTF_8));
        Headers headers = order.headers().toBuilder()
                .correlationId(conversation)
                .contentType("application/json")
                .build();
        try {
            customer.requestor(PLACE).request(order.withHeaders(headers));
            assertThat(product).as("what is sold").isNotEqualTo("gin");
        } catch (FaultedException e) {
            assertThat(product).as(e.getMessage()).isEqualTo("gin");
        }
    }

    @Test
    void aConversationIsExplainedFromEveryPeersMemory() {
        place("told-1", "tea");

        assertThat(run("explain", "told-1", "--json")).isZero();

        Map<String, Object> story = screen.objects().get(0);
        List<String> steps = list(story, "steps").stream()
                .map(step -> step.get("step") + " " + step.get("channel") + " " + step.get("peer"))
                .toList();
        assertThat(steps)
                .containsSubsequence(
                        "SENT orders/place customer/customer-1",
                        "RECEIVED orders/place orders/orders-1",
                        "BEGUN orders/place orders/orders-1",
                        "SENT payment/authorise orders/orders-1",
                        "RECEIVED payment/authorise payment/payment-1",
                        "HANDLED payment/authorise payment/payment-1",
                        "REPLIED payment/authorise payment/payment-1",
                        "ANSWERED payment/authorise orders/orders-1",
                        "HANDLED orders/place orders/orders-1",
                        "REPLIED orders/place orders/orders-1",
                        "ANSWERED orders/place customer/customer-1")
                .contains("HANDLED warehouse/ship warehouse/warehouse-1");
        assertThat(list(story, "messages"))
                .filteredOn(sent -> sent.get("channel").equals("payment/authorise"))
                .singleElement()
                .satisfies(sent -> assertThat(sent)
                        .containsEntry("isTrouble", false)
                        .containsEntry("from", "orders/orders-1")
                        .containsEntry("to", List.of("payment/payment-1")));
        assertThat(list(story, "clocks"))
                .extracting(skew -> skew.get("peer"))
                .contains("orders/orders-1", "payment/payment-1");
    }

    @Test
    void aMessagesIdLeadsToItsWholeConversation() {
        place("told-2", "tea");
        run("explain", "told-2", "--json");
        String id = list(screen.objects().get(0), "messages").stream()
                .filter(sent -> sent.get("channel").equals("payment/authorise"))
                .map(sent -> String.valueOf(sent.get("id")))
                .findFirst()
                .orElseThrow();

        var other = new Screen();
        assertThat(other.run(inMesh("explain", id))).isZero();

        assertThat(String.join("\n", other.lines()))
                .contains(id + ": ")
                .contains("orders/place", "payment/authorise", "warehouse/ship")
                .contains("Clocks were taken to be apart")
                .doesNotContain("\033");
    }

    @Test
    void whatHasNotHappenedIsSaid() {
        Peer holder = open("holder", "holder-1");
        Peer asker = open("asker", "asker-1");
        var held = new CompletableFuture<String>();
        holder.replyAsync(HOLD, request -> held);
        var asked = asker.requestor(HOLD).requestAsync("please", Duration.ofMinutes(2));
        Await.until(
                () -> "the request to arrive", LIMIT, () -> holder.counters().received() == 1);
        Await.until(() -> "the asker to be announced", LIMIT, () -> !holder.instances("asker")
                .isEmpty());
        var watching = new Screen();
        assertThat(watching.run(inMesh("explain", "nobody-knows-this"))).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(watching.lines()).isEmpty();
        assertThat(watching.remarks().get(0)).contains("knows anything of nobody-knows-this");

        String id = explainable(asker);
        assertThat(run("explain", id)).isZero();

        assertThat(String.join("\n", screen.lines()))
                .contains("but at holder/holder-1 its handler has not ended")
                .contains("but no reply has come to asker/asker-1");
        held.complete("done");
        assertThat(asked).succeedsWithin(LIMIT).isEqualTo("done");
    }

    @Test
    void aReplyThatCameTooLateIsSaidToBe() {
        Peer sloth = open("sloth", "sloth-1");
        Peer hasty = open("hasty", "hasty-1");
        var held = new CompletableFuture<String>();
        sloth.replyAsync(SLOW, request -> held);
        assertThat(hasty.requestor(SLOW).requestAsync("please", Duration.ofSeconds(1)))
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withCauseInstanceOf(TimedOutException.class);
        String id = explainable(hasty);

        assertThat(run("explain", id)).isZero();
        assertThat(String.join("\n", screen.lines()))
                .contains("but at sloth/sloth-1 its handler has not ended")
                .contains("but no reply has come to hasty/hasty-1 before the deadline");

        held.complete("at last");
        Await.until(() -> "the late reply", LIMIT, () -> hasty.counters().lateReplies() == 1);
        var later = new Screen();
        assertThat(later.run(inMesh("explain", id))).isZero();
        assertThat(String.join("\n", later.lines()))
                .contains("but its reply came to hasty/hasty-1 too late, and was dropped")
                .doesNotContain("no reply has come");
    }

    @Test
    void aMessageThatWasDroppedIsSaidToBeAndWhy() {
        Peer holder = open("keeper", "keeper-1");
        Peer fickle = open("fickle", "fickle-1");
        var begun = new CompletableFuture<String>();
        holder.replyAsync(KEEP, request -> {
            begun.complete(request.payload());
            return new CompletableFuture<>();
        });
        var asked = fickle.requestor(KEEP).requestAsync("please", Duration.ofMinutes(2));
        assertThat(begun).succeedsWithin(LIMIT);

        asked.cancel(false);

        String id = explainable(fickle);
        Await.untilAsserted(LIMIT, () -> {
            var screen = new Screen();
            assertThat(screen.run(inMesh("explain", id, "--json"))).isZero();
            assertThat(list(screen.objects().get(0), "messages"))
                    .singleElement()
                    .satisfies(sent -> assertThat(sent).containsEntry("isTrouble", true));
            assertThat(String.valueOf(
                            list(screen.objects().get(0), "messages").get(0).get("missing")))
                    .contains("at fickle/fickle-1 it was dropped: given up by the caller");
        });
        assertThat(run("explain", id)).isZero();
        assertThat(String.join("\n", screen.lines()))
                .contains("but at fickle/fickle-1 it was dropped: given up by the caller");
    }

    /** The id of the first message that a peer sent. */
    private static String explainable(Peer asker) {
        return new MessageId(asker.self().incarnation(), 1).toString();
    }

    @Test
    void whatFlowsIsWatchedAsItDoes() throws Exception {
        CompletableFuture<Integer> watching = screen.start(inMesh("watch", "--json", "--channel", "orders/place"));
        screen.await("\"watching\":");

        place("watched-1", "tea");
        place("watched-2", "gin");
        screen.await("watched-2");
        screen.interrupt();

        assertThat(watching.get(60, TimeUnit.SECONDS)).isIn(0, ExitCode.INTERRUPTED);
        List<Map<String, Object>> flows = screen.objects().stream()
                .filter(line -> line.containsKey("flow"))
                .map(ObserveTest::flow)
                .toList();
        assertThat(flows)
                .allSatisfy(flow -> assertThat(flow)
                        .containsEntry("channel", "orders/place")
                        .containsEntry("kind", "command"))
                .anySatisfy(flow -> assertThat(flow)
                        .containsEntry("correlationId", "watched-1")
                        .containsEntry("step", "ANSWERED"))
                .anySatisfy(flow -> assertThat(flow)
                        .containsEntry("correlationId", "watched-2")
                        .containsEntry("step", "FAULTED"));
    }

    @Test
    void aWatchEndsWhenItHasSeenEnough() throws Exception {
        CompletableFuture<Integer> watching = screen.start(inMesh("watch", "--count", "3", "--all"));
        screen.await("watching ");

        place("enough-1", "tea");

        assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(screen.lines()).hasSize(4);
        assertThat(screen.lines().get(0)).contains("FROM", "OUTCOME");
        assertThat(run("watch", "--count", "1", "--timeout", "200ms", "--channel", "nobody/home"))
                .isEqualTo(ExitCode.TIMED_OUT);
    }

    @Test
    void aCircuitThatMovesIsWatchedExplainedAndSeen() throws Exception {
        open("fragile", "fragile-1").reply(TRY, request -> "done");
        var isWell = new AtomicBoolean();
        open("fragile", "fragile-2")
                .replyAsync(
                        TRY,
                        request -> isWell.get()
                                ? CompletableFuture.completedFuture("done at last")
                                : new CompletableFuture<>());
        Peer trier = open("trier", "trier-1");
        CompletableFuture<Integer> watching = screen.start(inMesh("watch", "--all"));
        screen.await("watching ");

        tryUntil(trier, "circuit moved opened: 5 requests in a row timed out, for 1 s");
        var explaining = new Screen();
        assertThat(explaining.run(inMesh("explain", "fragile/fragile-2"))).isZero();
        assertThat(explaining.lines()).anySatisfy(line -> assertThat(line)
                .contains("trier-1", "circuit moved", "opened: 5 requests in a row"));
        try (Peer looker = open("looker", "looker-1");
                Observatory observatory = Observatory.withoutFlows(looker, LocalDirectoryDiscovery.at(mesh))) {
            var sight = new ObservedMeshModel("mesh", observatory);
            Await.until(() -> "the circuit in " + sight.circuits(), LIMIT, () -> sight.circuits()
                    .getOrDefault("trier/trier-1", Collections.emptySortedMap())
                    .containsKey("fragile/fragile-2"));
            assertThat(sight.circuits()).containsOnlyKeys("trier/trier-1");
            assertThat(sight.circuits().get("trier/trier-1")).containsOnlyKeys("fragile/fragile-2");
            assertThat(sight.state("trier/trier-1"))
                    .contains("\"circuits\":[{\"peer\":\"fragile/fragile-2\",\"state\":\"");

            isWell.set(true);
            tryUntil(trier, "circuit moved closed: it answered");
            Await.until(() -> "no circuit in " + sight.circuits(), LIMIT, () -> sight.circuits()
                    .isEmpty());
        }
        screen.interrupt();
        assertThat(watching.get(60, TimeUnit.SECONDS)).isIn(0, ExitCode.INTERRUPTED);
    }

    private void tryUntil(Peer trier, String seen) {
        Await.until(() -> seen + " in " + screen.lines(), LIMIT, () -> {
            trier.requestor(TRY)
                    .requestAsync("please", Duration.ofMillis(100))
                    .exceptionally(failure -> "")
                    .join();
            return screen.lines().stream().anyMatch(line -> line.contains(seen));
        });
    }

    @Test
    void theBusiestChannelsAreOnTop() throws Exception {
        CompletableFuture<Integer> top = screen.start(inMesh("top", "--json", "--every", "300ms"));
        for (int i = 0; !isSeen("payment/authorise"); i++) {
            assertThat(i).as("orders until they showed: " + screen.lines()).isLessThan(100);
            place("top-" + i, "tea");
        }
        screen.interrupt();

        assertThat(top.get(60, TimeUnit.SECONDS)).isIn(0, ExitCode.INTERRUPTED);
        assertThat(screen.objects())
                .filteredOn(row -> "payment/authorise".equals(row.get("channel")))
                .anySatisfy(row -> {
                    assertThat(row).containsEntry("style", "request").containsEntry("errors", 0);
                    assertThat(((Number) row.get("p50Nanos")).longValue()).isPositive();
                    assertThat(((Number) row.get("messages")).longValue()).isPositive();
                });
    }

    private boolean isSeen(String channel) {
        return screen.objects().stream().anyMatch(row -> channel.equals(row.get("channel")));
    }

    @Test
    void howMuchIsLeftOutUnderLoadIsSaid() throws Exception {
        Peer flood = open("flood", "flood-1");
        Peer sink = open("sink", "sink-1");
        sink.receive(DRAIN, drop -> {});
        flood.awaitReachable(DRAIN, LIMIT);
        var watch = new Screen();
        var watchForPrograms = new Screen();
        var top = new Screen();
        var topForPrograms = new Screen();
        List<CompletableFuture<Integer>> running = List.of(
                watch.start(inMesh("watch", "--channel", "nobody/home")),
                watchForPrograms.start(inMesh("watch", "--channel", "nobody/home", "--json")),
                top.start(inMesh("top", "--every", "300ms")),
                topForPrograms.start(inMesh("top", "--every", "300ms", "--json")));
        watch.await("watching ");
        watchForPrograms.await("watching");

        var isOver = new AtomicBoolean();
        var flooding = CompletableFuture.runAsync(() -> {
            while (!isOver.get()) {
                flood.sender(DRAIN).sendAsync("drop").join();
            }
        });
        try {
            watch.await(" steps are left out: there were too many to be told");
            watchForPrograms.await("{\"leftOut\":");
            top.await(" steps left out");
            topForPrograms.await("{\"leftOut\":");
        } finally {
            isOver.set(true);
        }
        assertThat(flooding).succeedsWithin(LIMIT);

        List.of(watch, watchForPrograms, top, topForPrograms).forEach(Screen::interrupt);
        for (CompletableFuture<Integer> each : running) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isIn(0, ExitCode.INTERRUPTED);
        }
    }

    @Test
    void aTopWithNoTerminalIsPlainLines() {
        assertThat(run("top", "--count", "2", "--every", "10ms")).isZero();
        assertThat(screen.lines()).filteredOn(line -> line.contains("CHANNEL")).hasSize(2);
        // How many have told of themselves by then is up to the machine.
        assertThat(screen.lines().get(0))
                .matches("\\d+ peers? (is|are) up.* in .+")
                .doesNotContain("\033");
    }

    @SuppressWarnings("unchecked")
    // It is what JSON objects are read as.
    private static List<Map<String, Object>> list(Map<String, Object> object, String name) {
        return (List<Map<String, Object>>) object.get(name);
    }

    @SuppressWarnings("unchecked")
    // As above.
    private static Map<String, Object> flow(Map<String, Object> line) {
        return (Map<String, Object>) line.get("flow");
    }
}
