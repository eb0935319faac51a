package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.NoInstanceException;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerFlow;
import io.parley.observe.ReservedChannels;
import io.parley.observe.ReservedChannels.Explain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What a peer tells of itself and of its messages on its reserved channels. In virtual time. */
class ObservationTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final PointToPointChannel<String> SHIP = PointToPointChannel.of("warehouse/ship", String.class);
    private static final PublishSubscribeChannel<String> EVENTS =
            PublishSubscribeChannel.of("orders/events", String.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Simulation mesh = new Simulation(11);
    private final Peer customer = mesh.open("customer");
    private final Peer orders = mesh.open("orders");
    private final Peer warehouse = mesh.open("warehouse");
    private final Peer observer = mesh.open("observer");

    @AfterEach
    void closeAll() {
        mesh.closeAll();
    }

    private void openShop() {
        var events = orders.publisher(EVENTS);
        var shipping = orders.sender(SHIP);
        orders.reply(PLACE, order -> {
            if (order.payload().isEmpty()) {
                throw new HandlerFault("no-order", "nothing was ordered");
            }
            shipping.sendAsync(order.payload());
            events.publish(order.payload());
            return "placed " + order.payload();
        });
        warehouse.receive(SHIP, order -> {});
        warehouse.subscribe(EVENTS, event -> {});
        mesh.settle();
    }

    private String place(String conversation, String order) {
        Message<String> command = Message.command("place", order);
        CompletableFuture<Message<String>> placed = customer.requestor(PLACE)
                .requestAsync(command.withHeaders(command.headers().toBuilder()
                        .correlationId(conversation)
                        .build()));
        mesh.until(placed::isDone);
        mesh.settle();
        return placed.isCompletedExceptionally() ? "" : placed.join().payload();
    }

    private static Map<String, Object> read(byte[] json) {
        return JSON.readValue(json, new TypeReference<>() {});
    }

    private Map<String, Object> explain(Peer of, String id) {
        var asked = observer.requestorTo(
                        of.self(), ReservedChannels.explain(of.self().service()))
                .requestAsync(new Explain(id));
        mesh.until(asked::isDone);
        return read(asked.join());
    }

    @SuppressWarnings("unchecked")
    // It is what JSON objects are read as.
    private static List<Map<String, Object>> list(Map<String, Object> answer, String name) {
        return (List<Map<String, Object>>) answer.get(name);
    }

    private static List<String> steps(Map<String, Object> answer) {
        return list(answer, "flows").stream()
                .map(flow -> flow.get("step") + " " + flow.get("channel"))
                .toList();
    }

    private Map<String, Object> state(Peer of) {
        var asked = observer.requestorTo(
                        of.self(), ReservedChannels.state(of.self().service()))
                .requestAsync(new byte[0]);
        mesh.until(asked::isDone);
        return read(asked.join());
    }

    @Test
    void shouldExplainAConversationStepByStepAtEachPeer() {
        openShop();

        assertThat(place("customer/7", "tea")).isEqualTo("placed tea");
        place("customer/8", "other");

        assertThat(steps(explain(customer, "customer/7")))
                .filteredOn(step -> !step.startsWith("ENQUEUED"))
                .containsExactly("SENT orders/place", "ANSWERED orders/place");
        assertThat(steps(explain(orders, "customer/7")))
                .filteredOn(step -> !step.startsWith("ENQUEUED"))
                .containsExactlyInAnyOrder(
                        "RECEIVED orders/place",
                        "BEGUN orders/place",
                        "SENT warehouse/ship",
                        "SENT orders/events",
                        "HANDLED orders/place",
                        "REPLIED orders/place");
        Map<String, Object> there = explain(warehouse, "customer/7");
        assertThat(steps(there))
                .containsSubsequence("RECEIVED warehouse/ship", "BEGUN warehouse/ship", "HANDLED warehouse/ship")
                .containsSubsequence("RECEIVED orders/events", "BEGUN orders/events", "HANDLED orders/events")
                .hasSize(6);
        assertThat(there).containsEntry("peer", "warehouse/warehouse-3").containsEntry("isCut", false);
    }

    @Test
    void shouldNameTheMessageThatCausedAnother() {
        openShop();
        place("customer/7", "tea");

        Map<String, Object> asked =
                list(explain(customer, "customer/7"), "flows").get(0);
        List<Map<String, Object>> caused = list(explain(warehouse, String.valueOf(asked.get("id"))), "flows");

        assertThat(caused).isNotEmpty().allSatisfy(flow -> {
            assertThat(flow).containsEntry("causationId", asked.get("id")).containsEntry("correlationId", "customer/7");
            assertThat(flow).containsEntry("from", "orders/orders-2").containsEntry("to", "warehouse/warehouse-3");
        });
    }

    @Test
    void shouldTellOfAFaultAtBothEnds() {
        openShop();
        place("customer/9", "");

        assertThat(steps(explain(orders, "customer/9")))
                .containsExactly(
                        "RECEIVED orders/place", "BEGUN orders/place", "FAULTED orders/place", "REPLIED orders/place");
        List<Map<String, Object>> flows = list(explain(customer, "customer/9"), "flows");
        assertThat(flows.get(flows.size() - 1))
                .containsEntry("step", "FAULTED")
                .containsEntry("detail", "nothing was ordered")
                .containsEntry("from", "customer/customer-1")
                .containsEntry("to", "orders/orders-2");
    }

    @Test
    void shouldTellOfALateReplyInTheConversationThatItBelongsTo() {
        var held = new CompletableFuture<String>();
        orders.replyAsync(PLACE, order -> held);
        mesh.settle();

        assertThat(place("customer/9", "tea")).isEmpty();
        held.complete("placed tea");
        mesh.until(() -> customer.counters().lateReplies() == 1);

        assertThat(list(explain(customer, "customer/9"), "flows")).anySatisfy(flow -> assertThat(flow)
                .containsEntry("step", "DROPPED")
                .containsEntry("detail", "late reply, dropped"));
    }

    @Test
    void shouldRefuseToExplainWhatNamesNothing() {
        for (String question : List.of("", "{}", "{\"id\":\"\"}", "[1", "{\"id\":{\"a\":1}}")) {
            RequestChannel<byte[], byte[]> channel = PointToPointChannel.of("orders/parley.explain", byte[].class)
                    .withReply(byte[].class);
            var asked = observer.requestorTo(orders.self(), channel)
                    .requestAsync(question.getBytes(StandardCharsets.UTF_8));
            mesh.until(asked::isDone);
            assertThatThrownBy(asked::join).as(question).hasCauseInstanceOf(FaultedException.class);
        }
    }

    @Test
    void shouldTellHowAPeerIs() {
        openShop();
        place("customer/7", "tea");
        place("customer/8", "");

        Map<String, Object> state = state(orders);

        assertThat(String.valueOf(state.get("version"))).matches("[0-9]+[.][0-9]+[.][0-9]+.*");
        assertThat(state)
                .containsEntry("peer", "orders/orders-2")
                .as("the question itself does not count")
                .containsEntry("inHand", 0)
                .containsEntry("isClosing", false)
                .containsEntry("address", orders.self().address());
        assertThat(state.get("counters"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .as("the requests, the message and the event; and nothing of the observer's")
                .containsEntry("received", 2)
                .containsEntry("sent", 2);
        Map<String, Object> place = list(state, "channels").stream()
                .filter(channel -> channel.get("channel").equals("orders/place"))
                .findFirst()
                .orElseThrow();
        assertThat(place).containsEntry("style", "request").containsEntry("isServed", true);
        assertThat(place.get("steps"))
                .isEqualTo(Map.of("RECEIVED", 2, "BEGUN", 2, "HANDLED", 1, "FAULTED", 1, "REPLIED", 2));
        assertThat(list(state, "links"))
                .anySatisfy(link -> assertThat(link)
                        .containsEntry("peer", "warehouse/warehouse-3")
                        .containsEntry("direction", "out")
                        .containsEntry("state", "READY"))
                .anySatisfy(link -> assertThat(link)
                        .containsEntry("peer", "customer/customer-1")
                        .containsEntry("direction", "in"));
        assertThat(list(state(warehouse), "subscriptions")).singleElement().satisfies(subscription -> assertThat(
                        subscription)
                .containsEntry("channel", "orders/events")
                .containsEntry("publishers", 1));
    }

    @Test
    void shouldPublishWhatFlowsOnlyWhileSomebodySubscribes() {
        openShop();
        List<Map<String, Object>> batches = new ArrayList<>();
        place("customer/1", "before");
        var subscription =
                observer.subscribe(ReservedChannels.flows("orders"), batch -> batches.add(read(batch.payload())));
        mesh.settle();
        long sent = orders.counters().sent();

        place("customer/2", "during");
        mesh.settle();

        assertThat(batches).isNotEmpty().allSatisfy(batch -> assertThat(batch)
                .containsEntry("peer", "orders/orders-2")
                .containsEntry("leftOut", 0));
        List<String> conversations = batches.stream()
                .flatMap(batch -> list(batch, "flows").stream())
                .map(flow -> String.valueOf(flow.get("correlationId")))
                .filter(text -> !text.isEmpty())
                .toList();
        assertThat(conversations).as("one step each").hasSize(6).containsOnly("customer/2");
        assertThat(orders.counters().sent()).as("batches are not counted").isEqualTo(sent + 2);

        subscription.close();
        mesh.settle();
        int heard = batches.size();
        place("customer/3", "after");
        mesh.settle();
        assertThat(batches).hasSize(heard);
    }

    @Test
    void shouldNeitherAnnounceReservedChannelsNorLetAnybodyTakeThem() {
        openShop();
        observer.subscribe(ReservedChannels.flows("orders"), batch -> {});
        mesh.settle();
        place("customer/1", "tea");
        state(orders);

        assertThat(orders.self().channels())
                .containsOnlyKeys(PLACE.name(), EVENTS.name())
                .containsEntry(PLACE.name(), InteractionStyle.REQUEST);
        assertThatThrownBy(() -> orders.publisher(ReservedChannels.flows("orders")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reserved");
        assertThatThrownBy(() -> orders.reply(ReservedChannels.state("orders"), question -> new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reserved");
        PointToPointChannel<String> another = PointToPointChannel.of("orders/parley.mine", String.class);
        assertThatThrownBy(() -> orders.receive(another, message -> {})).hasMessageContaining("reserved");
    }

    @Test
    void shouldTellNothingOfWhatFlowsOverReservedChannels() {
        openShop();
        state(orders);
        explain(orders, "x");

        assertThat(mesh.flows)
                .filteredOn(MessageFlow.class::isInstance)
                .noneMatch(flow -> ((MessageFlow) flow).channel().isReserved());
        assertThat(list(state(orders), "channels"))
                .extracting(channel -> channel.get("channel"))
                .containsExactlyInAnyOrder("orders/place", "orders/events");
    }

    @Test
    void shouldTellOfPeersThatComeAndGo() {
        openShop();
        place("customer/1", "tea");
        var done = orders.closeAsync(Duration.ofSeconds(5));
        mesh.until(done::isDone);
        mesh.settle();

        List<String> seen = mesh.flows.stream()
                .filter(PeerFlow.class::isInstance)
                .map(PeerFlow.class::cast)
                .filter(flow -> flow.other().equals("orders/orders-2"))
                .map(flow -> flow.step() + " " + String.valueOf(flow.detail()).split("[: ]", -1)[0])
                .toList();
        assertThat(seen).contains("PEER_CAME registry", "PEER_CAME linked", "PEER_WENT registry", "PEER_WENT left");
        assertThat(list(explain(customer, "orders/orders-2"), "flows"))
                .anySatisfy(flow ->
                        assertThat(flow).containsEntry("step", "PEER_WENT").containsEntry("to", "orders/orders-2"));
    }

    @Test
    void shouldTellAPeerThatLeavesFromOneThatDies() {
        openShop();
        place("customer/1", "tea");
        mesh.sever(orders, warehouse);
        mesh.until(() -> went(warehouse, "orders/orders-2"));
        assertThat(ends(warehouse, "orders/orders-2"))
                .isNotEmpty()
                .allMatch(detail -> detail.startsWith("dialled: link: "));

        var done = orders.closeAsync(Duration.ofSeconds(5));
        mesh.until(done::isDone);
        mesh.settle();
        assertThat(ends(customer, "orders/orders-2"))
                .as("where it had dialled, and been dialled")
                .anyMatch(detail -> detail.startsWith("left: "))
                .noneMatch(detail -> detail.contains("link: "));
    }

    private boolean went(Peer at, String other) {
        return !ends(at, other).isEmpty();
    }

    /** How links to {@code other} ended, and whether the registry lost it, as {@code at} saw it. */
    private List<String> ends(Peer at, String other) {
        return list(explain(at, other), "flows").stream()
                .filter(flow -> flow.get("step").equals("PEER_WENT"))
                .map(flow -> String.valueOf(flow.get("detail")))
                .toList();
    }

    @Test
    void shouldListTheCircuitsThatHaveMoved() {
        openShop();
        place("customer/1", "tea");
        assertThat(list(state(customer), "circuits")).isEmpty();
        Peer second = mesh.open("orders");
        second.replyAsync(PLACE, order -> new CompletableFuture<>());
        mesh.settle();
        for (int i = 0; list(state(customer), "circuits").isEmpty(); i++) {
            assertThat(i).as("requests until five in a row timed out").isLessThan(200);
            customer.requestor(PLACE).requestAsync("tea", Duration.ofMillis(50));
            mesh.run(Duration.ofMillis(60));
        }

        Map<String, Object> circuit = list(state(customer), "circuits").get(0);
        assertThat(circuit)
                .containsEntry("peer", "orders/orders-5")
                .containsEntry("state", "open")
                .containsEntry("why", "5 requests in a row timed out, for 1 s")
                .containsEntry("openings", 1)
                .containsKey("since");
        assertThat((Integer) circuit.get("avoidedMillis")).isBetween(1, 1000);
        place("customer/2", "tea");
        assertThat(state(customer).get("counters"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("ejections", 1);
        assertThat(list(explain(customer, "orders/orders-5"), "flows")).anySatisfy(flow -> assertThat(flow)
                .containsEntry("step", "CIRCUIT_MOVED")
                .containsEntry("to", "orders/orders-5")
                .containsEntry("detail", "opened: 5 requests in a row timed out, for 1 s"));
        mesh.run(Duration.ofSeconds(1));
        assertThat(list(state(customer), "circuits").get(0))
                .containsEntry("state", "half-open")
                .containsEntry("avoidedMillis", 0);
    }

    @Test
    void shouldTellByItsNameWhatIsSentToAChannelThatNobodyServes() {
        openShop();
        PointToPointChannel<String> missing = PointToPointChannel.of("orders/missing", String.class);
        var sent = customer.sender(missing).sendAsync("hello");
        mesh.until(sent::isDone);
        mesh.settle();
        String id = sent.join().toString();

        assertThat(steps(explain(orders, id))).containsExactly("RECEIVED orders/missing", "REFUSED orders/missing");
        assertThat(step(orders, id, "REFUSED"))
                .containsEntry("detail", "orders/orders-2 does not serve orders/missing");
        assertThat(list(state(orders), "channels"))
                .as("a name that others make up has no figures of its own")
                .extracting(channel -> channel.get("channel"))
                .contains("unknown/unknown")
                .doesNotContain("orders/missing");
    }

    @Test
    void shouldAskTheInstanceThatIsMeantAndNoOther() {
        Peer second = mesh.open("orders");
        mesh.settle();

        assertThat(state(second)).containsEntry("peer", "orders/orders-5");
        assertThat(state(orders)).containsEntry("peer", "orders/orders-2");
        var closed = second.closeAsync(Duration.ofSeconds(1));
        var gone = second.self();
        mesh.until(closed::isDone);
        mesh.settle();
        var asked = observer.requestorTo(gone, ReservedChannels.state("orders"))
                .requestAsync(new byte[0], Duration.ofSeconds(2));
        mesh.until(asked::isDone);
        assertThatThrownBy(asked::join).hasCauseInstanceOf(NoInstanceException.class);
        assertThatThrownBy(() -> observer.requestorTo(warehouse.self(), PLACE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Map<String, Object> step(Peer of, String id, String step) {
        return list(explain(of, id), "flows").stream()
                .filter(flow -> flow.get("step").equals(step))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldShowPayloadsOnlyIfToldSoAndNotTheFieldsThatAreRedacted() {
        RequestChannel<Map<?, ?>, Map<?, ?>> pay = maps("bank/pay");
        Peer bank = mesh.open(mesh.builder("bank").showPayloads("card", "cvc"));
        bank.reply(pay, request -> Map.of("receipt", 7, "card", List.of(1, 2)));
        mesh.settle();
        var order = Map.of("amount", 12.5, "card", "4711", "by", Map.of("name", "Ada", "cvc", 123));
        var paid = customer.requestor(pay).requestAsync(Message.command("pay", order));
        mesh.until(paid::isDone);
        String id = list(explain(bank, paid.join().headers().correlationId().orElseThrow()), "flows")
                .get(0)
                .get("id")
                .toString();

        assertThat(step(bank, id, "RECEIVED").get("payload"))
                .isEqualTo(
                        Map.of("amount", 12.5, "card", "…redacted…", "by", Map.of("name", "Ada", "cvc", "…redacted…")));
        assertThat(step(bank, id, "REPLIED").get("payload")).isEqualTo(Map.of("receipt", 7, "card", "…redacted…"));
        assertThat(list(explain(customer, id), "flows")).isNotEmpty().noneMatch(flow -> flow.containsKey("payload"));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    // A class literal has no type arguments.
    private static RequestChannel<Map<?, ?>, Map<?, ?>> maps(String name) {
        return (RequestChannel) PointToPointChannel.of(name, Map.class).withReply(Map.class);
    }

    @Test
    void shouldShowOfWhatIsNoJsonNothingIfAnythingIsRedacted() {
        RequestChannel<byte[], byte[]> raw =
                PointToPointChannel.of("bank/raw", byte[].class).withReply(byte[].class);
        for (boolean isRedacted : List.of(true, false)) {
            Peer bank = mesh.open(
                    isRedacted
                            ? mesh.builder("bank").showPayloads("card")
                            : mesh.builder("bank").showPayloads());
            bank.reply(raw, request -> new byte[] {(byte) 0xFF, 0});
            mesh.settle();
            var asked = customer.requestor(raw)
                    .requestAsync(Message.command("raw", "card=4711 {".getBytes(StandardCharsets.UTF_8)));
            mesh.until(asked::isDone);
            String id = asked.join().headers().correlationId().orElseThrow();

            assertThat(step(bank, id, "RECEIVED").get("payload")).isEqualTo(isRedacted ? null : "card=4711 {");
            assertThat(step(bank, id, "REPLIED")).doesNotContainKey("payload");
            var closed = bank.closeAsync(Duration.ofSeconds(1));
            mesh.until(closed::isDone);
            mesh.settle();
        }
    }

    private static Object shown(Map<String, Object> flow) {
        return flow.get("key") + " " + flow.get("headers");
    }

    @Test
    void shouldShowKeysAndHeadersOnEveryStepButOnlyIfToldSo() {
        RequestChannel<String, String> tell =
                PointToPointChannel.of("clerk/tell", String.class).withReply(String.class);
        Peer clerk = mesh.open(mesh.builder("clerk").showPayloads("token"));
        clerk.reply(tell, request -> "noted");
        mesh.settle();
        Message<String> command = Message.command("tell", "all");
        var told = customer.requestor(tell)
                .requestAsync(command.withHeaders(command.headers().toBuilder()
                        .key("42")
                        .put("via", "web")
                        .put("Token", "s3cret")
                        .build()));
        mesh.until(told::isDone);
        String id = told.join().headers().correlationId().orElseThrow();

        assertThat(list(explain(clerk, id), "flows"))
                .extracting(flow -> flow.get("step"), ObservationTest::shown)
                .containsExactly(
                        tuple("RECEIVED", "42 {via=web, Token=…redacted…}"),
                        tuple("BEGUN", "42 {via=web, Token=…redacted…}"),
                        tuple("HANDLED", "42 {via=web, Token=…redacted…}"),
                        tuple("REPLIED", "42 {via=web, Token=…redacted…}"));
        assertThat(list(explain(customer, id), "flows"))
                .isNotEmpty()
                .noneMatch(flow -> flow.containsKey("key") || flow.containsKey("headers"));
    }

    @Test
    void shouldShowTheHeadersOfWhatWasNeverSentAndNoneWhereThereAreNone() {
        Peer clerk = mesh.open(mesh.builder("clerk").showPayloads());
        mesh.settle();
        var lost = clerk.sender(PointToPointChannel.of("nobody/ear", String.class));
        Message<String> hush = Message.document("hush");
        var sent = lost.sendAsync(
                hush.withHeaders(hush.headers().toBuilder().put("via", "web").build()));
        mesh.until(sent::isDone);
        openShop();
        var plain = clerk.sender(SHIP).sendAsync("tea");
        mesh.until(plain::isDone);
        mesh.settle();

        String first = new MessageId(clerk.self().incarnation(), 1).toString();
        assertThat(list(explain(clerk, first), "flows")).isNotEmpty().allSatisfy(flow -> assertThat(flow)
                .containsEntry("headers", Map.of("via", "web")));
        assertThat(list(explain(clerk, plain.join().toString()), "flows"))
                .isNotEmpty()
                .noneMatch(flow -> flow.containsKey("key") || flow.containsKey("headers"));
    }

    @Test
    void shouldRecordNothingIfToldSo() {
        Peer silent = mesh.open(mesh.builder("silent").flightRecorder(0));
        silent.receive(PointToPointChannel.of("silent/ear", String.class), message -> {});
        mesh.settle();
        var sent = customer.sender(PointToPointChannel.of("silent/ear", String.class))
                .sendAsync("hush");
        mesh.until(sent::isDone);
        mesh.settle();

        assertThat(list(explain(silent, sent.join().toString()), "flows")).isEmpty();
        assertThat(steps(explain(customer, sent.join().toString()))).contains("SENT silent/ear");
        assertThat(mesh.flows).anyMatch(flow -> flow.step() == FlowStep.HANDLED);
    }
}
