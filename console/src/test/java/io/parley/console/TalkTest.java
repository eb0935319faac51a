package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.console.json.Json;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.samples.shop.ShopPeer;
import io.parley.samples.shop.ShopPeers;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Talks to the peers of the shop, which run over ZeroMQ in a mesh of their own. */
class TalkTest {

    private static final String ORDER = "{\"id\":\"%s\",\"customer\":\"Łukasz\",\"product\":\"%s\",\"quantity\":%s}";
    private static final List<Peer> PEERS = new ArrayList<>();
    private static final List<ShopPeer> PARTS = new ArrayList<>();

    @TempDir
    static Path mesh;

    private final Screen screen = new Screen();

    @BeforeAll
    static void openTheShop() {
        for (String name : List.of("orders-1", "payment-1", "warehouse-1", "warehouse-2", "supplier-1", "supplier-2")) {
            String service = name.substring(0, name.indexOf('-'));
            Peer peer = Peer.named(service)
                    .instance(name)
                    .transport(ZmqTransport.create())
                    .discovery(LocalDirectoryDiscovery.at(mesh))
                    .open();
            PEERS.add(peer);
            PARTS.add(ShopPeers.start(service, peer));
        }
    }

    @AfterAll
    static void closeTheShop() {
        PEERS.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    @Test
    void aRequestIsAnswered() {
        assertThat(run("request", "orders/place", order("a-1", "tea", 2))).isZero();
        assertThat(screen.lines()).containsExactly("{\"id\":\"a-1\",\"total\":900,\"receipt\":\"paid-a-1\"}");
        assertThat(screen.remarks()).singleElement().asString().contains("OrderPlaced from orders/orders-1 in ");
    }

    @Test
    void anAnswerIsOneObjectForPrograms() {
        assertThat(run("request", "orders/place", order("b-1", "mug", 1), "--json"))
                .isZero();
        assertThat(screen.objects()).singleElement().satisfies(answer -> assertThat(answer)
                .containsEntry("outcome", "answered")
                .containsEntry("from", "orders/orders-1")
                .containsEntry("type", "OrderPlaced")
                .containsEntry("payload", Map.of("id", "b-1", "total", 890, "receipt", "paid-b-1"))
                .containsKeys("millis", "correlationId"));
        assertThat(screen.remarks()).isEmpty();
    }

    @Test
    void aFaultIsToldByItsCode() {
        assertThat(run("request", "orders/place", order("c-1", "gin", 1))).isEqualTo(ExitCode.REFUSED);
        screen.hasOneRemark("orders/place faulted (unknown-product): We do not sell \"gin\"");
    }

    @Test
    void aFaultIsOneObjectForPrograms() {
        assertThat(run("request", "orders/place", order("d-1", "tea", -1), "--json"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(screen.objects()).singleElement().satisfies(fault -> assertThat(fault)
                .containsEntry("outcome", "faulted")
                .containsEntry("code", "bad-quantity"));
    }

    @Test
    void brokenJsonIsRefusedByTheReceiverIfTheUserInsists() {
        assertThat(run("request", "orders/place", "{\"id\":", "--raw")).isEqualTo(ExitCode.REFUSED);
        screen.hasOneRemark("orders/place refused (invalid-payload)");
    }

    @Test
    void whoIsNotThereIsNotFound() {
        assertThat(run("request", "nobody/home", "{}", "--timeout", "300ms")).isEqualTo(ExitCode.NOT_FOUND);
        screen.hasOneRemark("no instance of nobody is in mesh");
    }

    @Test
    void aChannelThatIsNotThereIsNotFoundAndThoseThatAreThereAreNamed() {
        assertThat(run("request", "orders/cancel", "{}", "--timeout", "300ms")).isEqualTo(ExitCode.NOT_FOUND);
        screen.hasOneRemark("orders has no channel orders/cancel", "orders/place (request)");
    }

    @Test
    void aChannelOfAnotherStyleRefuses() {
        assertThat(run("request", "warehouse/ship", "{}")).isEqualTo(ExitCode.REFUSED);
        screen.hasOneRemark("wrong-style");
    }

    @Test
    void anAnswerThatDoesNotComeTimesOut() {
        try (Peer sloth = Peer.named("sloth")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .open()) {
            sloth.replyAsync(
                    PointToPointChannel.of("sloth/ponder", byte[].class).withReply(byte[].class),
                    question -> new CompletableFuture<>());

            assertThat(run("request", "sloth/ponder", "{}", "--timeout", "1s")).isEqualTo(ExitCode.TIMED_OUT);
            screen.hasOneRemark("sloth/ponder timed-out");
            sloth.close(Duration.ofMillis(100));
        }
    }

    @Test
    void manyRequestsGoAtTheirPaceAndAreSummedUp() {
        assertThat(run(
                        "request",
                        "orders/place",
                        order("e-1", "tea", 1),
                        "--count",
                        "20",
                        "--rate",
                        "40",
                        "--json",
                        "-q"))
                .isZero();
        assertThat(screen.objects()).singleElement().satisfies(line -> {
            var summary = (Map<?, ?>) line.get("summary");
            assertThat(summary.get("outcomes")).isEqualTo(Map.of("answered", 20));
            assertThat((Double) summary.get("seconds")).isGreaterThan(0.47);
            assertThat((Map<?, ?>) summary.get("millis")).hasSize(4);
        });
    }

    @Test
    void aFileIsSentLineByLineAndWhatIsNoJsonEndsIt() throws IOException {
        Path file = Files.writeString(
                mesh.resolveSibling(mesh.getFileName() + ".jsonl"),
                order("f-1", "tea", 1) + "\n" + order("f-2", "gin", 1) + "\n\n" + order("f-3", "tea", 1) + "\noops\n");

        assertThat(run("request", "orders/place", "--file", file.toString())).isEqualTo(ExitCode.WRONG_USAGE);

        assertThat(screen.lines()).hasSize(2);
        assertThat(screen.remarks()).hasSize(3);
        assertThat(screen.remarks().get(0)).contains("#2 orders/place faulted (unknown-product)");
        assertThat(screen.remarks().get(1)).contains("2 answered, 1 faulted");
        assertThat(screen.remarks().get(2)).contains("line 5, column 1");
        Files.delete(file);
    }

    @Test
    void theStandardInputIsSentLikeAFile() {
        screen.typing(order("g-1", "tea", 1) + order("g-2", "tea", 1) + "\nbroken\n");
        assertThat(run("request", "orders/place", "-", "--count", "2", "--json"))
                .isZero();
        assertThat(screen.objects()).hasSize(3);
    }

    @Test
    void rawLinesAreSentAsTheyAre() {
        screen.typing(order("h-1", "tea", 1) + "\r\n\ntwo pots of tea\n");
        assertThat(run("request", "orders/place", "-", "--raw")).isEqualTo(ExitCode.REFUSED);
        assertThat(screen.lines()).hasSize(1);
        assertThat(screen.remarks().get(0)).contains("#2 orders/place refused (invalid-payload)");
    }

    @Test
    void oneWayMessagesAreSharedByTheInstances() {
        long before = shipped();
        assertThat(run(
                        "send",
                        "warehouse/ship",
                        "{\"order\":\"i\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":1}",
                        "--count",
                        "50",
                        "-q"))
                .isZero();
        Await.until("50 shipments", () -> shipped() - before >= 50);
        assertThat(screen.remarks()).singleElement().asString().startsWith("50 sent in ");
    }

    @Test
    void aOneWayMessageThatIsRefusedIsToldOf() {
        assertThat(run("send", "warehouse/ship", "[]", "--linger", "20s")).isEqualTo(ExitCode.REFUSED);
        assertThat(screen.lines()).singleElement().asString().startsWith("sent ");
        assertThat(screen.remarks()).singleElement().asString().contains("warehouse/ship refused (invalid-payload)");
    }

    @Test
    void aSubscriberSeesWhatAnotherTerminalPublishes() throws Exception {
        var subscriber = new Screen();
        CompletableFuture<Integer> subscribed = subscriber.start(
                "subscribe", "orders/events", "--prefix", "test.", "--count", "2", "--json", "--mesh", mesh.toString());
        subscriber.await("\"publishers\":1");

        assertThat(run(
                        "publish",
                        "orders/events",
                        "{\"n\": 1.50}",
                        "--name",
                        "test.rung",
                        "--aggregate",
                        "bell:7",
                        "--count",
                        "2",
                        "--linger",
                        "3s"))
                .isZero();

        assertThat(subscribed.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(subscriber.objects())
                .filteredOn(line -> line.containsKey("payload"))
                .hasSize(2)
                .allSatisfy(event -> assertThat(event)
                        .containsEntry("name", "test.rung")
                        .containsEntry("aggregate", "bell:7")
                        .containsEntry("type", "JSON")
                        .containsEntry("payload", Map.of("n", 1.5)));
    }

    @Test
    void aSubscriberSeesTheEventsOfTheShopUntilCtrlC() throws Exception {
        var subscriber = new Screen();
        CompletableFuture<Integer> subscribed =
                subscriber.start("subscribe", "orders/events", "--prefix", "order.refused", "--mesh", mesh.toString());
        subscriber.await("subscribed to 1 instance of orders");

        run("request", "orders/place", order("j-1", "gin", 1));

        subscriber.await("order.refused order:j-1 {\"type\":\"OrderRefused\"");
        subscriber.interrupt();
        assertThat(subscribed.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void eventsThatDoNotComeTimeOut() {
        assertThat(run("subscribe", "payment/events", "--count", "1", "--timeout", "200ms"))
                .isEqualTo(ExitCode.TIMED_OUT);
    }

    @Test
    void aSurveyIsAnsweredByAll() {
        assertThat(run(
                        "survey",
                        "shop/quotes",
                        "{\"product\":\"tea\",\"quantity\":10}",
                        "--linger",
                        "3s",
                        "--count",
                        "2",
                        "--json"))
                .isZero();
        assertThat(screen.objects())
                .filteredOn(line -> line.containsKey("payload"))
                .extracting(line -> line.get("from"))
                .containsExactlyInAnyOrder("supplier/supplier-1", "supplier/supplier-2");
    }

    @Test
    void aSurveyThatNobodyAnswersTimesOut() {
        assertThat(run("survey", "shop/weather", "{}", "--linger", "1ms", "--timeout", "200ms"))
                .isEqualTo(ExitCode.TIMED_OUT);
        screen.hasOneRemark("nobody answered on shop/weather");
    }

    @Test
    void peersAreListedWithTheirChannels() {
        assertThat(run("peers", "orders", "warehouse")).isZero();
        assertThat(screen.lines().get(0)).contains("SERVICE", "INSTANCE", "UP", "ADDRESS", "CHANNELS");
        assertThat(screen.lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("orders-1", "tcp://", "orders/events (publish), orders/place (request)"))
                .anySatisfy(line -> assertThat(line).contains("warehouse-2", "warehouse/ship (one-way)"));
    }

    @Test
    void peersAreObjectsForPrograms() {
        assertThat(run("peers", "--json", "payment")).isZero();
        assertThat(screen.objects()).singleElement().satisfies(peer -> assertThat(peer)
                .containsEntry("service", "payment")
                .containsEntry("instance", "payment-1")
                .containsEntry("channels", Map.of("payment/authorise", "request"))
                .containsKeys("since", "address"));
    }

    @Test
    void aCustomerPlacesTheOrdersOfTheUsersOwnFile() throws IOException {
        Path file = Files.writeString(
                mesh.resolveSibling(mesh.getFileName() + ".orders"),
                order("k-1", "tea", 1) + "\n" + order("k-2", "gin", 1) + "\nno JSON\n");

        assertThat(run("peer", "customer", "--orders", file.toString(), "--over", "1ms", "--json"))
                .isZero();

        assertThat(screen.objects())
                .last()
                .isEqualTo(Map.of(
                        "figures",
                        Map.of("read", 3, "placed", 1, "refused.unknown-product", 1, "refused.invalid-payload", 1)));
        // Whom it has seen by then may be told before.
        assertThat(screen.objects()).filteredOn(line -> line.containsKey("up")).hasSize(1);
        assertThat(screen.objects())
                .filteredOn(line -> line.containsKey("flow"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(Json.write(line)).contains("\"peer\":\"shop/"));
        Files.delete(file);
    }

    private int run(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--mesh", mesh.toString()));
        return screen.run(all.toArray(String[]::new));
    }

    private static String order(String id, String product, int quantity) {
        return String.format(ORDER, id, product, quantity);
    }

    private static long shipped() {
        return PARTS.stream()
                .mapToLong(part -> part.figures().getOrDefault("shipped", 0L))
                .sum();
    }
}
