package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.DeadLetter;
import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.LinkLostException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.NotSentException;
import io.parley.failure.OverloadedException;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Command;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.time.Deadline;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** One-way messages and requests by way of a router: what the sender sees is what it would see without one. In virtual time. */
class RouterTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final RequestChannel<byte[], byte[]> SCAN =
            PointToPointChannel.of("orders/scan", byte[].class).withReply(byte[].class);
    private static final PointToPointChannel<String> NOTE = PointToPointChannel.of("orders/note", String.class);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Simulation mesh = new Simulation(21);
    private final List<Message<String>> handled = new ArrayList<>();

    private Peer router(String place) {
        return router(place, Limits.defaults(), RouterOptions.defaults());
    }

    private Peer router(String place, Limits limits, RouterOptions forwarding) {
        return mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at(place))
                .limits(limits)
                .forwarding(forwarding));
    }

    private Peer guest(String... routers) {
        return guest(Limits.defaults(), routers);
    }

    private Peer guest(Limits limits, String... routers) {
        FixedDiscovery.Builder fixed = FixedDiscovery.builder();
        for (String router : routers) {
            fixed.everyService("inmem://" + router);
        }
        return mesh.open(mesh.builder("guest").limits(limits).discovery(fixed.build()));
    }

    private <T> Throwable failureOf(CompletableFuture<T> asked) {
        mesh.until(asked::isDone);
        assertThat(asked).isCompletedExceptionally();
        try {
            return new AssertionError("answered " + asked.join());
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    @Test
    void shouldPassRequestsOnAsTheyAreAndAnswersBack() {
        router("r1");
        Peer orders = mesh.open("orders");
        orders.replyAsync(PLACE, request -> {
            handled.add(request);
            return CompletableFuture.completedFuture("took " + request.payload());
        });
        Peer guest = guest("r1");
        var cause = new MessageId(7, 9);
        var asked = guest.requestor(PLACE)
                .requestAsync(new Command<>(
                        Headers.builder()
                                .correlationId("talk-1")
                                .causationId(cause)
                                .key("k")
                                .traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                                .tracestate("a=b")
                                .deadline(Deadline.after(LONG, mesh.environment.time()))
                                .put("own", "header")
                                .build(),
                        "place-it",
                        "tea"));
        mesh.until(asked::isDone);
        Headers headers = handled.get(0).headers();
        assertThat(handled.get(0)).isInstanceOf(Command.class);
        assertThat(((Command<String>) handled.get(0)).operation()).isEqualTo("place-it");
        assertThat(headers.id().orElseThrow().incarnation())
                .isEqualTo(guest.self().incarnation());
        assertThat(headers.sender()).contains(new PeerName("guest", guest.self().name()));
        assertThat(headers.replyTo())
                .contains(new PeerName("guest", guest.self().name()));
        assertThat(headers.correlationId()).contains("talk-1");
        assertThat(headers.causationId()).contains(cause);
        assertThat(headers.key()).contains("k");
        assertThat(headers.traceparent()).contains("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(headers.tracestate()).contains("a=b");
        assertThat(headers.contentType()).contains("text/plain;charset=utf-8");
        assertThat(headers.messageType()).contains("String");
        assertThat(headers.application()).containsEntry("own", "header").containsEntry("parley-via", "router/router-1");
        assertThat(headers.deadline().orElseThrow().remaining()).isBetween(Duration.ofSeconds(50), LONG);
        Message<String> answer = asked.join();
        assertThat(answer.payload()).isEqualTo("took tea");
        assertThat(answer.headers().sender())
                .contains(new PeerName("orders", orders.self().name()));
        assertThat(answer.headers().correlationId()).contains("talk-1");
        assertThat(answer.headers().causationId()).isEqualTo(headers.id());
        assertThat(mesh.errors).isEmpty();
    }

    @Test
    void shouldSpreadRequestsOverTheInstances() {
        router("r1");
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Peer orders = mesh.open("orders");
            orders.replyAsync(PLACE, request -> {
                asked.add(orders.self().name());
                return CompletableFuture.completedFuture("");
            });
        }
        Peer guest = guest("r1");
        ask(guest, "warm");
        mesh.settle();
        for (int i = 0; i < 30; i++) {
            ask(guest, "" + i);
        }
        assertThat(asked).contains("orders-2", "orders-3", "orders-4");
    }

    private String ask(Peer guest, String question) {
        var asked = guest.requestor(PLACE).requestAsync(question, LONG);
        mesh.until(asked::isDone);
        return asked.join();
    }

    @Test
    void shouldPassOnOneWayMessagesAndTellWhoSentThemOfRefusals() {
        router("r1");
        Peer orders = mesh.open("orders");
        orders.receive(NOTE, handled::add);
        Peer guest = guest("r1");
        guest.sender(NOTE).sendAsync("n1");
        mesh.settle();
        assertThat(handled).extracting(Message::payload).containsExactly("n1");
        assertThat(handled.get(0).headers().sender())
                .contains(new PeerName("guest", guest.self().name()));
        MessageId lost = sent(guest.sender(PointToPointChannel.of("orders/unknown", String.class))
                .sendAsync("n2"));
        MessageId nowhere = sent(
                guest.sender(PointToPointChannel.of("nobody/x", String.class)).sendAsync("n3"));
        mesh.run(Duration.ofSeconds(5));
        assertThat(mesh.deadLetters)
                .extracting(letter -> letter.headers().id().orElseThrow())
                .containsExactlyInAnyOrder(lost, nowhere);
        assertThat(causeOf(lost)).isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                .isEqualTo(FaultCode.UNKNOWN_CHANNEL));
        assertThat(causeOf(nowhere)).isInstanceOf(NoInstanceException.class);
    }

    private MessageId sent(CompletableFuture<MessageId> sending) {
        mesh.until(sending::isDone);
        return sending.join();
    }

    private Throwable causeOf(MessageId id) {
        return mesh.deadLetters.stream()
                .filter(letter -> letter.headers().id().orElseThrow().equals(id))
                .map(DeadLetter::cause)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldPassOnFaultsAsWhatTheyAre() {
        router("r1");
        Peer orders = mesh.open(
                mesh.builder("orders").limits(Limits.defaults().withMaxQueued(1).withHandlerThreads(1)));
        orders.reply(PLACE, HandlerOptions.inline(), request -> {
            throw new HandlerFault("sold-out", "no " + request.payload() + " left");
        });
        orders.receive(NOTE, handled::add);
        Peer guest = guest("r1");
        assertThat(failureOf(guest.requestor(PLACE).requestAsync("tea")))
                .isInstanceOfSatisfying(FaultedException.class, faulted -> {
                    assertThat(faulted.code()).isEqualTo("sold-out");
                    assertThat(faulted).hasMessageContaining("no tea left");
                });
        assertThat(refusal(guest, "orders/unknown")).isEqualTo(FaultCode.UNKNOWN_CHANNEL);
        assertThat(refusal(guest, "orders/note")).isEqualTo(FaultCode.WRONG_STYLE);
        assertThat(refusal(guest, "router/unknown")).isEqualTo(FaultCode.UNKNOWN_CHANNEL);
        var counts = PointToPointChannel.of("orders/count", Integer.class).withReply(Integer.class);
        orders.reply(counts, count -> count.payload() + 1);
        assertThat(refusal(guest, "orders/count")).isEqualTo(FaultCode.INVALID_PAYLOAD);
        var nowhere = PointToPointChannel.of("nobody/x", String.class).withReply(String.class);
        assertThat(failureOf(guest.requestor(nowhere).requestAsync("?")))
                .isInstanceOf(NoInstanceException.class)
                .hasMessageContaining("No instance of nobody");
        assertThat(mesh.flows).anySatisfy(flow -> assertThat(flow.detail()).isEqualTo("passed on by router/router-1"));
    }

    private FaultCode refusal(Peer guest, String channel) {
        var requests = PointToPointChannel.of(channel, String.class).withReply(String.class);
        Throwable failure = failureOf(guest.requestor(requests).requestAsync("?"));
        assertThat(failure).isInstanceOf(RefusedException.class);
        return ((RefusedException) failure).code();
    }

    @Test
    void shouldLetDeadlinesPassWhereTheyPassAndForgetTheRequest() {
        Peer router = router("r1");
        Peer orders = mesh.open("orders");
        List<CompletableFuture<String>> open = new ArrayList<>();
        orders.replyAsync(PLACE, HandlerOptions.inline(), request -> {
            handled.add(request);
            open.add(new CompletableFuture<>());
            return open.get(open.size() - 1);
        });
        Peer guest = guest("r1");
        var asked = guest.requestor(PLACE).requestAsync("tea", Duration.ofSeconds(2));
        assertThat(failureOf(asked)).isInstanceOf(TimedOutException.class);
        assertThat(handled.get(0).headers().deadline().orElseThrow().remaining())
                .isLessThan(Duration.ofMillis(50));
        mesh.settle();
        open.get(0).complete("too late");
        mesh.settle();
        assertThat(router.counters().lateReplies()).isEqualTo(1);
        assertThat(guest.counters().lateReplies()).as("the router keeps it").isZero();
        var closed = router.closeAsync(LONG);
        mesh.run(Duration.ofSeconds(2));
        assertThat(closed).as("holds nothing").isDone();
    }

    @Test
    void shouldTellTheInstanceThatTheCallerOrItsLinkIsGone() {
        Peer router = router("r1");
        var orders = new WirePeer(mesh, "orders").announce("orders/place", InteractionStyle.REQUEST);
        Peer guest = guest("r1");
        var cancelled = guest.requestor(PLACE).requestAsync("one", LONG);
        var left = guest.requestor(PLACE).requestAsync("two", LONG);
        mesh.settle();
        List<WireMessage> requests = heard(orders, WireMessage.class);
        assertThat(requests).hasSize(2);
        cancelled.cancel(false);
        mesh.settle();
        assertThat(heard(orders, Control.Cancel.class))
                .extracting(Control.Cancel::sequence)
                .containsExactly(requests.get(0).id.sequence());
        mesh.sever(guest, router);
        assertThat(failureOf(left)).isInstanceOf(LinkLostException.class);
        mesh.settle();
        assertThat(heard(orders, Control.Cancel.class)).hasSize(2);
    }

    private static <T> List<T> heard(WirePeer peer, Class<T> type) {
        return peer.heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void shouldTellAtOnceThatAnInstanceWasLostWithTheRequest() {
        Peer router = router("r1");
        Peer orders = mesh.open("orders");
        orders.replyAsync(PLACE, HandlerOptions.inline(), request -> new CompletableFuture<>());
        Peer guest = guest("r1");
        var asked = guest.requestor(PLACE).requestAsync("tea", LONG);
        mesh.settle();
        mesh.sever(router, orders);
        mesh.settle();
        assertThat(asked).isDone();
        assertThat(failureOf(asked))
                .isInstanceOf(LinkLostException.class)
                .hasMessageContaining(orders.self().label());
    }

    @Test
    void shouldGoOnThroughTheOtherRouterWhenOneIsLost() {
        Peer first = router("r1");
        router("r2");
        Peer orders = mesh.open("orders");
        orders.replyAsync(
                PLACE,
                HandlerOptions.inline(),
                request -> request.payload().equals("wait")
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture("took " + request.payload()));
        Peer guest = guest("r1", "r2");
        ask(guest, "warm");
        mesh.settle();
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(guest.requestor(PLACE).requestAsync("wait", LONG));
        }
        mesh.settle();
        first.closeAsync(Duration.ZERO);
        mesh.sever(guest, first);
        mesh.settle();
        List<CompletableFuture<String>> lost =
                waiting.stream().filter(CompletableFuture::isDone).toList();
        assertThat(lost).as("what was in flight on it, and nothing else").hasSizeBetween(1, 9);
        lost.forEach(asked -> assertThat(failureOf(asked)).isInstanceOf(LinkLostException.class));
        for (int i = 0; i < 10; i++) {
            assertThat(ask(guest, "" + i)).isEqualTo("took " + i);
        }
    }

    @Test
    void shouldHoldNoMoreThanItGrantedWhenAnInstanceTakesNothing() {
        Peer router = router("r1", Limits.defaults().withWindow(20, 8 << 20), RouterOptions.defaults());
        Peer orders = mesh.open(mesh.builder("orders").limits(Limits.defaults().withWindow(5, 8 << 20)));
        List<CompletableFuture<String>> open = new ArrayList<>();
        orders.replyAsync(PLACE, HandlerOptions.inline(), request -> {
            open.add(new CompletableFuture<>());
            return open.get(open.size() - 1);
        });
        Peer guest = guest("r1");
        var first = guest.requestor(PLACE).requestAsync("first", LONG);
        mesh.settle();
        open.get(0).complete("warm");
        mesh.until(first::isDone);
        List<CompletableFuture<String>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(guest.requestor(PLACE).requestAsync("" + i, LONG));
        }
        mesh.settle();
        assertThat(open).as("all that the instance takes").hasSizeBetween(5, 6);
        assertThat(router.counters().received()).as("no more than it granted").isLessThan(25);
        assertThat(asked).noneMatch(CompletableFuture::isDone);
        for (int i = 1; i < 101; i++) {
            int next = i;
            mesh.until(() -> open.size() > next);
            open.get(next).complete("done");
        }
        mesh.until(() -> asked.stream().allMatch(CompletableFuture::isDone));
        assertThat(asked).allSatisfy(each -> assertThat(each.join()).isEqualTo("done"));
    }

    @Test
    void shouldHaveSendersOverloadedRatherThanFillItself() {
        router("r1", Limits.defaults().withWindow(10, 8 << 20), RouterOptions.defaults());
        var full = new WirePeer(mesh, "orders").announce("orders/note", InteractionStyle.ONE_WAY);
        full.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                Control.Welcome usual = full.welcome();
                wire.send(new Control.Welcome(
                        usual.version(),
                        usual.speaker(),
                        new Control.LinkLimits(1 << 20, 3, 1 << 20),
                        usual.publishAddress()));
            }
        });
        Peer guest = guest("r1");
        List<CompletableFuture<MessageId>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(guest.sender(NOTE).sendAsync("" + i));
        }
        mesh.run(Duration.ofSeconds(5));
        assertThat(heard(full, WireMessage.class)).hasSize(3);
        List<CompletableFuture<MessageId>> taken =
                sent.stream().filter(CompletableFuture::isDone).toList();
        assertThat(taken).as("the instance's window and the router's").hasSizeBetween(10, 18);
        var late = sent.get(49);
        assertThat(failureOf(late)).isInstanceOf(OverloadedException.class).isInstanceOf(NotSentException.class);
    }

    @Test
    void shouldRefuseAsBusyWhatIsMoreThanItMayHold() {
        router(
                "r1",
                Limits.defaults().withMaxMessageBytes(1 << 20).withWindow(1_000, 8 << 20),
                RouterOptions.defaults().withMaxHeldBytes(2 << 20));
        mesh.open(mesh.builder("orders")
                        .limits(Limits.defaults().withMaxMessageBytes(1 << 20).withWindow(1, 2 << 20)))
                .replyAsync(SCAN, HandlerOptions.inline(), request -> new CompletableFuture<>());
        Peer guest = guest("r1");
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            asked.add(guest.requestor(SCAN).requestAsync(new byte[1_000_000], LONG));
        }
        mesh.run(Duration.ofSeconds(1));
        List<CompletableFuture<byte[]>> refused =
                asked.stream().filter(CompletableFuture::isDone).toList();
        assertThat(refused).hasSizeBetween(3, 5);
        refused.forEach(each -> assertThat(failureOf(each))
                .isInstanceOfSatisfying(
                        RefusedException.class, busy -> assertThat(busy.code()).isEqualTo(FaultCode.BUSY)));
    }

    @Test
    void shouldPassOnLargeMessagesAndSayOfThoseThatAreTooLarge() {
        Limits large = Limits.defaults().withMaxMessageBytes(16 << 20);
        router("r1", large, RouterOptions.defaults());
        Peer orders = mesh.open(mesh.builder("orders").limits(large));
        orders.replyAsync(SCAN, request -> {
            byte[] reversed = request.payload().clone();
            Arrays.sort(reversed);
            return CompletableFuture.completedFuture(reversed);
        });
        Peer guest = guest(large, "r1");
        byte[] scan = new byte[12 << 20];
        for (int i = 0; i < scan.length; i++) {
            scan[i] = (byte) (i * 31);
        }
        var asked = guest.requestor(SCAN).requestAsync(scan, LONG);
        mesh.until(asked::isDone);
        Arrays.sort(scan);
        assertThat(Arrays.equals(asked.join(), scan)).isTrue();
        RequestChannel<byte[], byte[]> small =
                PointToPointChannel.of("small/scan", byte[].class).withReply(byte[].class);
        mesh.open("small").replyAsync(small, request -> CompletableFuture.completedFuture(new byte[0]));
        assertThat(failureOf(guest.requestor(small).requestAsync(scan, LONG)))
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                        .isEqualTo(FaultCode.INVALID_PAYLOAD));
    }

    @Test
    void shouldNotPassOnWhatCameThroughARouter() {
        mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at("r1"))
                .discovery(FixedDiscovery.builder().everyService("inmem://r2").build())
                .forwarding(RouterOptions.defaults()));
        mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at("r2"))
                .discovery(FixedDiscovery.builder().everyService("inmem://r1").build())
                .forwarding(RouterOptions.defaults()));
        Peer guest = guest("r1");
        assertThat(failureOf(guest.requestor(PLACE).requestAsync("round and round")))
                .isInstanceOf(NoInstanceException.class)
                .hasMessageContaining("came through router/router-1 and is not passed on again");
    }

    @Test
    void shouldWatchNoMoreServicesThanItMayWhateverStrangersName() {
        Peer router = router("r1", Limits.defaults(), RouterOptions.defaults().withMaxServices(3));
        Peer orders = mesh.open("orders");
        orders.replyAsync(PLACE, request -> CompletableFuture.completedFuture("took it"));
        Peer guest = guest("r1");
        assertThat(ask(guest, "tea")).isEqualTo("took it");
        for (int i = 0; i < 20; i++) {
            var nobody =
                    PointToPointChannel.of("nobody" + i + "/x", String.class).withReply(String.class);
            assertThat(failureOf(guest.requestor(nobody).requestAsync("?"))).isInstanceOf(NoInstanceException.class);
        }
        assertThat(ask(guest, "tea")).isEqualTo("took it");
        assertThat(router.counters().linksUp()).isEqualTo(1);
        long refusedBefore = router.counters().refusals();
        List<CompletableFuture<String>> atOnce = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            var nobody =
                    PointToPointChannel.of("nobody" + i + "/x", String.class).withReply(String.class);
            atOnce.add(guest.requestor(nobody).requestAsync("?"));
        }
        // Refused as busy they are tried again, when others may have made room.
        assertThat(atOnce)
                .map(this::failureOf)
                .allMatch(failure -> failure instanceof RefusedException || failure instanceof NoInstanceException);
        assertThat(router.counters().refusals() - refusedBefore).isGreaterThanOrEqualTo(3);
    }

    @Test
    void shouldRefuseIdsThatAreNotTheSendersAndNamesThatCannotBe() {
        Peer router = router("r1");
        var stranger = new WirePeer(mesh, "stranger");
        WirePeer.Wire wire = stranger.dial(router.self().address()).sayHello();
        mesh.settle();
        wire.send(
                request("orders/place", new MessageId(0xBEEF, 1)),
                request("Not A Channel", new MessageId(WirePeer.INCARNATION, 2)));
        mesh.settle();
        assertThat(wire.said(WireMessage.class))
                .extracting(WireMessage::fault)
                .containsExactly(FaultCode.UNAUTHORIZED.wireValue(), FaultCode.UNKNOWN_CHANNEL.wireValue());
        wire.send(
                request("orders/place", new MessageId(WirePeer.INCARNATION, 3)),
                request("orders/place", new MessageId(WirePeer.INCARNATION, 3)));
        mesh.run(Duration.ofSeconds(5));
        assertThat(wire.said(WireMessage.class))
                .extracting(WireMessage::fault)
                .endsWith(FaultCode.UNAUTHORIZED.wireValue(), FaultCode.NO_INSTANCE.wireValue());
        assertThat(wire.down).isFalse();
    }

    private static WireMessage request(String channel, MessageId id) {
        var request = new WireMessage(
                SharedFields.of(EnvelopeKind.REQUEST).on(channel).of("String", "text/plain;charset=utf-8"), id);
        request.remaining(10_000);
        return request.payload("?".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldTakeFaultsOfUnknownCodesForThePlainestOfTheirGroup() {
        var orders = new WirePeer(mesh, "orders").announce("orders/place", InteractionStyle.REQUEST);
        List<Integer> codes = new ArrayList<>(List.of(8, 31, 63, 64, 200));
        orders.answering((wire, envelope) -> {
            orders.welcome(wire, envelope);
            if (envelope instanceof WireMessage request) {
                WireMessage fault = orders.message(SharedFields.of(EnvelopeKind.FAULT));
                fault.inReplyTo = request.id;
                fault.details().fault = codes.remove(0);
                wire.send(fault);
            }
        });
        Peer asking = mesh.open("asking");
        List<Class<?>> failures = new ArrayList<>();
        while (!codes.isEmpty()) {
            failures.add(
                    failureOf(asking.requestor(PLACE).requestAsync("?", LONG)).getClass());
        }
        assertThat(failures)
                .containsExactly(
                        NoInstanceException.class,
                        RefusedException.class,
                        FaultedException.class,
                        LinkLostException.class,
                        LinkLostException.class);
    }
}
