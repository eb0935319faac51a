package io.parley.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.parley.Gap;
import io.parley.Peer;
import io.parley.Requestor;
import io.parley.SubscribeOptions;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.LinkLostException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.RefusedException;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.message.PeerName;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A Java peer and {@code samples/python/peer.py}, which knows nothing of Java, in all styles and both directions. */
class PythonPeerIT {

    private static final String MESH = "it";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    // Channels name their payload by its class, and that of a map knows no type parameters: raw and unchecked below.
    @SuppressWarnings("rawtypes")
    private static final RequestChannel<Map, Map> ECHO =
            PointToPointChannel.of("parrot/echo", Map.class).withReply(Map.class);

    private static final RequestChannel<String, String> ECHO_TEXT =
            PointToPointChannel.of("parrot/echo", String.class).withReply(String.class);
    private static final RequestChannel<byte[], byte[]> ECHO_BYTES =
            PointToPointChannel.of("parrot/echo", byte[].class).withReply(byte[].class);

    @SuppressWarnings("rawtypes")
    private static final RequestChannel<Map, Map> FAIL =
            PointToPointChannel.of("parrot/fail", Map.class).withReply(Map.class);

    @SuppressWarnings("rawtypes")
    private static final PointToPointChannel<Map> INBOX = PointToPointChannel.of("parrot/inbox", Map.class);

    private static final PointToPointChannel<PublishWish> PUBLISH =
            PointToPointChannel.of("parrot/publish", PublishWish.class);

    @SuppressWarnings("rawtypes")
    private static final PublishSubscribeChannel<Map> PARROT_EVENTS =
            PublishSubscribeChannel.of("parrot/events", Map.class);

    private static final RequestChannel<Order, Placed> PLACE =
            PointToPointChannel.of("shop/place", Order.class).withReply(Placed.class);
    private static final PointToPointChannel<Order> NOTES = PointToPointChannel.of("shop/notes", Order.class);
    private static final PublishSubscribeChannel<Order> SHOP_EVENTS =
            PublishSubscribeChannel.of("shop/events", Order.class);
    private static final SurveyChannel<String, Answer> QUOTES =
            PublishSubscribeChannel.of("shop/quotes", String.class).withResponses(Answer.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("asker/poll", String.class).withResponses(String.class);

    private record Order(String id, int sum) {}

    private record Placed(String id, String by) {}

    private record Answer(String from, String asked) {}

    private record PublishWish(String name, Map<String, String> aggregate, Map<String, Object> payload, int times) {}

    @TempDir
    static Path home;

    private static String interpreter;
    private static PythonProcess parrot;
    private static Peer shop;

    @BeforeAll
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    static void open() throws Exception {
        interpreter = PythonProcess.interpreter();
        parrot = python("--service", "parrot", "serve", "--subscribe", "shop/events", "--respond", "shop/quotes");
        parrot.await("ready");
        shop = peer("shop");
    }

    @AfterAll
    static void close() {
        if (shop != null) {
            shop.close();
        }
        if (parrot != null) {
            parrot.close();
        }
    }

    private static PythonProcess python(String... arguments) throws IOException {
        return PythonProcess.start(interpreter, home, MESH, arguments);
    }

    private static Peer peer(String service) {
        return Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(home.resolve(MESH)))
                .defaultTimeout(LIMIT)
                // Handlers here fail on purpose.
                .onError((what, cause) -> {})
                .open();
    }

    @Test
    void itPassesItsOwnTests() throws Exception {
        PythonProcess.requireTestsPass(interpreter);
    }

    // --- from Java to Python

    @Test
    @SuppressWarnings("unchecked")
    void pythonAnswersJava() {
        Message<?> reply = shop.requestor(ECHO).request(Message.command("echo", Map.of("say", "hé, 世界")));
        assertThat((Map<String, Object>) reply.payload())
                .containsEntry("say", "hé, 世界")
                .containsKey("echoedBy");
        assertThat(reply.headers().sender()).map(PeerName::service).contains("parrot");
    }

    @Test
    void largeAndEmptyPayloadsGoToPythonAndBack() {
        byte[] large = new byte[3_000_000];
        new Random(1).nextBytes(large);
        var requestor = shop.requestor(ECHO_BYTES);
        assertThat(requestor.request(large)).isEqualTo(large);
        assertThat(requestor.request(new byte[0])).isEmpty();
    }

    @Test
    void manyRequestsAtOnceAreAllAnsweredByPython() {
        var requestor = shop.requestor(ECHO_TEXT);
        List<CompletableFuture<String>> answers = IntStream.range(0, 10_000)
                .mapToObj(n -> requestor.requestAsync("n" + n))
                .toList();
        for (int n = 0; n < answers.size(); n++) {
            assertThat(answers.get(n).join()).isEqualTo("n" + n);
        }
    }

    @Test
    void faultsOfPythonReachJava() {
        var requestor = shop.requestor(FAIL);
        assertThatExceptionOfType(FaultedException.class)
                .isThrownBy(() -> requestor.request(Map.of("name", "OUT_OF_STOCK", "text", "no tea: 茶")))
                .withMessageContaining("no tea: 茶")
                .satisfies(e -> assertThat(e.code()).isEqualTo("OUT_OF_STOCK"));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> requestor.request(Map.of("code", 2)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(FaultCode.BUSY));
    }

    @Test
    void pythonRefusesWhatItDoesNotRead() {
        var nowhere = PointToPointChannel.of("parrot/inbox", String.class).withReply(String.class);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> shop.requestor(nowhere).request("?"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(FaultCode.WRONG_STYLE));
    }

    @Test
    void pythonReceivesOneWayMessagesWithAllThatIsInThem() throws InterruptedException {
        var headers = Headers.builder()
                .key("customer-9")
                .correlationId("c-1")
                .messageType("Told")
                .put("tenant", "north")
                .build();
        Event<Map<?, ?>> event =
                Message.event("order.placed", Aggregate.of("order", "42"), Map.<Object, Object>of("n", 1));
        @SuppressWarnings({"unchecked", "rawtypes"})
        Message<Map> message = (Message) event.withHeaders(headers);
        var id = shop.sender(INBOX).send(message);

        JsonNode received = parrot.await("received");
        assertThat(received.get("id").stringValue()).isEqualTo(id.toString());
        assertThat(received.get("from").stringValue()).isEqualTo(shop.self().label());
        assertThat(received.get("form").stringValue()).isEqualTo("event");
        assertThat(received.get("name").stringValue()).isEqualTo("order.placed");
        assertThat(received.at("/aggregate/id").stringValue()).isEqualTo("42");
        assertThat(received.get("key").stringValue()).isEqualTo("customer-9");
        assertThat(received.get("correlation").stringValue()).isEqualTo("c-1");
        assertThat(received.get("type").stringValue()).isEqualTo("Told");
        assertThat(received.at("/headers/tenant").stringValue()).isEqualTo("north");
        assertThat(received.at("/payload/n").intValue()).isEqualTo(1);
    }

    // --- events and surveys

    @Test
    void javaHearsWhatPythonPublishes() throws InterruptedException {
        BlockingQueue<Message<?>> all = new LinkedBlockingQueue<>();
        BlockingQueue<Message<?>> some = new LinkedBlockingQueue<>();
        List<Gap> gaps = new ArrayList<>();
        var options = SubscribeOptions.all().withGapListener(gaps::add);
        try (var everything = shop.subscribe(PARROT_EVENTS, options, all::add);
                var created = shop.subscribe(PARROT_EVENTS, options.withSubjectPrefix("order.cr"), some::add)) {
            assertThat(everything.awaitConnected(LIMIT)).isTrue();
            assertThat(created.awaitConnected(LIMIT)).isTrue();
            var sender = shop.sender(PUBLISH);
            sender.send(new PublishWish("order.created", Map.of("type", "order", "id", "42"), Map.of("n", 1), 500));
            sender.send(new PublishWish("order.deleted", null, Map.of("n", 2), 500));
            sender.send(new PublishWish("order.created", null, Map.of("n", 3), 1));

            Message<?> first = all.poll(20, TimeUnit.SECONDS);
            assertThat(first).isInstanceOfSatisfying(Event.class, event -> {
                assertThat(event.name()).isEqualTo("order.created");
                assertThat(event.aggregate()).isEqualTo(Aggregate.of("order", "42"));
            });
            for (int n = 1; n < 1001; n++) {
                assertThat(all.poll(20, TimeUnit.SECONDS)).isNotNull();
            }
            for (int n = 0; n < 501; n++) {
                assertThat(some.poll(20, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(all).isEmpty();
            assertThat(some).isEmpty();
            assertThat(gaps).isEmpty();
        }
    }

    @Test
    void pythonHearsWhatJavaPublishes() throws InterruptedException {
        var publisher = shop.publisher(SHOP_EVENTS);
        try (var probe = python("subscribe", "shop/events", "--prefix", "order.", "--count", "3", "--timeout", "20")) {
            probe.await("subscribed");
            publisher.publish(new Order("unnamed", 0));
            for (int n = 1; n <= 3; n++) {
                publisher.publish(
                        Message.event("order.placed", Aggregate.of("order", "id" + n), new Order("id" + n, n)));
            }
            for (int n = 1; n <= 3; n++) {
                JsonNode event = probe.await("event");
                assertThat(event.get("name").stringValue()).isEqualTo("order.placed");
                assertThat(event.at("/payload/sum").intValue()).isEqualTo(n);
                assertThat(event.at("/aggregate/id").stringValue()).isEqualTo("id" + n);
            }
            assertThat(probe.exitCode()).isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pythonRespondsToASurveyOfJava() throws Exception {
        var surveyor = shop.surveyor(QUOTES);
        // A surveyor cannot know whether anybody has subscribed yet.
        for (int attempt = 0; attempt < 20; attempt++) {
            try (var survey = surveyor.survey("tea", Duration.ofSeconds(1), 1)) {
                List<Message<Answer>> responses = survey.await();
                if (!responses.isEmpty()) {
                    assertThat(responses).singleElement().satisfies(response -> {
                        assertThat(response.payload().asked()).isEqualTo("tea");
                        assertThat(response.headers().sender())
                                .map(PeerName::service)
                                .contains("parrot");
                    });
                    return;
                }
            }
        }
        throw new AssertionError("Python did not respond");
    }

    @Test
    void javaRespondsToASurveyOfPython() throws Exception {
        try (var responding = shop.respond(POLL, question -> question.payload() + " Java");
                var asker = python("--service", "asker", "survey", "asker/poll", "\"who?\"", "--count", "1")) {
            assertThat(responding).isNotNull();
            JsonNode response = asker.await("response");
            assertThat(response.get("payload").stringValue()).isEqualTo("who? Java");
            assertThat(response.get("from").stringValue()).isEqualTo(shop.self().label());
            assertThat(asker.exitCode()).isZero();
        }
    }

    // --- from Python to Java

    @Test
    void javaAnswersPython() throws Exception {
        try (var replying = shop.reply(
                        PLACE,
                        request -> new Placed(
                                request.payload().id(),
                                request.headers().sender().orElseThrow().service()));
                var asker = python("--service", "asker", "request", "shop/place", "{\"id\":\"7\",\"sum\":3}")) {
            assertThat(replying).isNotNull();
            JsonNode reply = asker.await("reply");
            assertThat(reply.at("/payload/id").stringValue()).isEqualTo("7");
            assertThat(reply.at("/payload/by").stringValue()).isEqualTo("asker");
            assertThat(asker.exitCode()).isZero();
        }
    }

    @Test
    void faultsOfJavaReachPython() throws Exception {
        try (var replying = shop.reply(PLACE, request -> {
            if (request.payload().sum() > 0) {
                throw new HandlerFault(
                        "too-dear", "nobody pays " + request.payload().sum());
            }
            throw new IllegalStateException("a defect");
        })) {
            assertThat(replying).isNotNull();
            try (var asker = python("request", "shop/place", "{\"id\":\"7\",\"sum\":3}")) {
                assertThat(asker.await("name").stringValue()).isEqualTo("too-dear");
                assertThat(asker.exitCode()).isEqualTo(1);
            }
            try (var asker = python("request", "shop/place", "{\"id\":\"7\",\"sum\":0}")) {
                assertThat(asker.await("text").stringValue()).contains("a defect");
                assertThat(asker.exitCode()).isEqualTo(1);
            }
            try (var asker = python("request", "shop/place", "\"no order\"")) {
                assertThat(asker.await("fault").intValue()).isEqualTo(FaultCode.INVALID_PAYLOAD.wireValue());
                assertThat(asker.exitCode()).isEqualTo(1);
            }
        }
        try (var asker = python("request", "shop/place", "{\"id\":\"7\",\"sum\":3}")) {
            assertThat(asker.await("fault").intValue()).isEqualTo(FaultCode.UNKNOWN_CHANNEL.wireValue());
        }
    }

    @Test
    void pythonGivesUpOnJavaInTime() throws Exception {
        var never = new CompletableFuture<Placed>();
        try (var replying = shop.replyAsync(PLACE, request -> never);
                var asker = python("request", "shop/place", "{\"id\":\"7\",\"sum\":3}", "--timeout", "3")) {
            assertThat(replying).isNotNull();
            assertThat(asker.exitCode()).isEqualTo(3);
            assertThat(asker.await("failed").stringValue()).isEqualTo("timed out");
        } finally {
            never.complete(new Placed("late", "late"));
        }
    }

    @Test
    void javaReceivesOneWayMessagesWithAllThatIsInThem() throws Exception {
        BlockingQueue<Message<Order>> received = new LinkedBlockingQueue<>();
        try (var receiving = shop.receive(NOTES, received::add);
                var sender = python(
                        "--service",
                        "noter",
                        "--instance",
                        "noter-1",
                        "send",
                        "shop/notes",
                        "{\"id\":\"ünï\",\"sum\":1}",
                        "--key",
                        "k",
                        "--correlation",
                        "c-2",
                        "--type",
                        "Note",
                        "--header",
                        "tenant=south",
                        "--event",
                        "noted")) {
            assertThat(receiving).isNotNull();
            assertThat(sender.exitCode()).isZero();
            Message<Order> message = received.poll(20, TimeUnit.SECONDS);
            assertThat(message).isInstanceOfSatisfying(Event.class, event -> assertThat(event.name())
                    .isEqualTo("noted"));
            assertThat(message.payload()).isEqualTo(new Order("ünï", 1));
            assertThat(message.headers().sender()).contains(new PeerName("noter", "noter-1"));
            assertThat(message.headers().key()).contains("k");
            assertThat(message.headers().correlationId()).contains("c-2");
            assertThat(message.headers().messageType()).contains("Note");
            assertThat(message.headers().application()).containsEntry("tenant", "south");
        }
    }

    // --- coming and going

    @Test
    void javaFindsPythonAnewAfterItEndsAndAfterItIsKilled() throws Exception {
        RequestChannel<String, String> channel =
                PointToPointChannel.of("mayfly/echo", String.class).withReply(String.class);
        var requestor = shop.requestor(channel);
        try (var mayfly = python("--service", "mayfly", "--instance", "mayfly-1", "--ttl", "1", "serve")) {
            mayfly.await("ready");
            assertThat(askOnceItIsKnown(requestor, "one")).isEqualTo("one");
            mayfly.terminate();
            assertThat(mayfly.exitCode()).isZero();
        }
        Await.until("the end of mayfly", () -> shop.instances("mayfly").isEmpty());
        assertThatExceptionOfType(NoInstanceException.class)
                .isThrownBy(() -> requestor.request("nobody", Duration.ofMillis(300)));
        try (var mayfly = python("--service", "mayfly", "--instance", "mayfly-1", "--ttl", "1", "serve")) {
            mayfly.await("ready");
            assertThat(askOnceItIsKnown(requestor, "two")).isEqualTo("two");
            mayfly.kill();
            mayfly.exitCode();
        }
        try (var mayfly = python("--service", "mayfly", "--instance", "mayfly-1", "--ttl", "1", "serve")) {
            mayfly.await("ready");
            assertThat(askUntilAnswered(requestor)).isEqualTo("three");
        }
    }

    /** Its lease is short: on a busy machine it can lapse for a moment. */
    private static String askOnceItIsKnown(Requestor<String, String> requestor, String request) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return requestor.request(request);
            } catch (NoInstanceException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }

    /** What was sent to the one that was killed is lost; so ask again, as a caller would who may. */
    private static String askUntilAnswered(Requestor<String, String> requestor) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return requestor.request("three");
            } catch (LinkLostException | NoInstanceException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }
}
