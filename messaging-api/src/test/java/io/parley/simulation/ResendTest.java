package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultCode;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What was certainly not begun goes to another instance by itself, but not for ever, and not in storms. */
class ResendTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final PointToPointChannel<String> SHIP = PointToPointChannel.of("orders/ship", String.class);
    private static final int MOST_ATTEMPTS = 5;

    private final Simulation mesh = new Simulation(11);
    private final List<String> handled = new ArrayList<>();
    /** How often the instance that refuses has got each message. */
    private final Map<MessageId, Integer> refused = new HashMap<>();

    private void openRefusing(String channel, InteractionStyle style, FaultCode code) {
        var far = new WirePeer(mesh, "orders").announce(channel, style);
        far.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                wire.send(new Control.Welcome(
                        1,
                        new Control.PeerId(WirePeer.INCARNATION, "orders", "orders-wire"),
                        new Control.LinkLimits(1 << 20, 100_000, 1 << 28),
                        "",
                        false,
                        true));
            } else if (envelope instanceof Control.Ping ping) {
                wire.send(new Control.Pong(ping.token()));
            } else if (envelope instanceof WireMessage message) {
                int times = refused.merge(message.id, 1, Integer::sum);
                WireMessage fault =
                        far.message(SharedFields.of(EnvelopeKind.FAULT).of(null, "text/plain"));
                fault.inReplyTo = message.id;
                fault.details().fault = code.wireValue();
                wire.send(fault);
                assertThat(times).isLessThanOrEqualTo(MOST_ATTEMPTS);
            }
        });
    }

    private void openServing() {
        Peer peer = mesh.open("orders");
        peer.receive(SHIP, message -> handled.add(message.payload()));
        peer.reply(PLACE, request -> "placed " + request.payload());
    }

    private Peer openCaller() {
        Peer caller = mesh.open("caller");
        caller.sender(SHIP).sendAsync("first");
        mesh.settle();
        handled.clear();
        refused.clear();
        return caller;
    }

    @Test
    void refusedRequestsGoToAnotherInstance() {
        for (FaultCode code : List.of(FaultCode.BUSY, FaultCode.GOING_AWAY)) {
            var each = new ResendTest();
            each.openRefusing("orders/place", InteractionStyle.REQUEST, code);
            each.openServing();
            Peer caller = each.openCaller();
            long before = caller.counters().resent();
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(caller.requestor(PLACE).requestAsync("order " + i));
            }
            each.mesh.settle();
            assertThat(answers).allMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
            assertThat(each.refused).as("refused with " + code).isNotEmpty();
            assertThat(caller.counters().resent() - before).isEqualTo(each.refused.size());
        }
    }

    @Test
    void refusedOneWayMessagesGoToAnotherInstance() {
        openRefusing("orders/ship", InteractionStyle.ONE_WAY, FaultCode.BUSY);
        openServing();
        Peer caller = openCaller();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sent.add("ship " + i);
            caller.sender(SHIP).sendAsync("ship " + i);
        }
        mesh.settle();
        assertThat(handled).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(refused).isNotEmpty();
        assertThat(mesh.deadLetters).isEmpty();
    }

    @Test
    void messagesThatEveryInstanceRefusesFailWithTheRefusal() {
        openRefusing("orders/place", InteractionStyle.REQUEST, FaultCode.BUSY);
        Peer caller = openCaller();
        var answer = caller.requestor(PLACE).requestAsync("order");
        var sent = caller.sender(SHIP).sendAsync("ship");
        mesh.run(Duration.ofSeconds(8));
        assertThat(answer).isCompletedExceptionally();
        assertThat(answer.handle((value, failure) -> failure).join())
                .isInstanceOfSatisfying(RefusedException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FaultCode.BUSY));
        assertThat(refused).hasSize(2).allSatisfy((id, times) -> assertThat(times)
                .isEqualTo(MOST_ATTEMPTS));
        assertThat(mesh.deadLetters)
                .filteredOn(letter -> letter.headers().id().equals(java.util.Optional.of(sent.join())))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.outcome()).isEqualTo(Outcome.REFUSED);
                    assertThat(new String(letter.payload(), StandardCharsets.UTF_8))
                            .isEqualTo("ship");
                });
    }

    @Test
    void retryIsNoLongerMadeWhenTheTimeLimitHasPassed() {
        openRefusing("orders/place", InteractionStyle.REQUEST, FaultCode.BUSY);
        Peer caller = openCaller();
        var answer = caller.requestor(PLACE).requestAsync("order", Duration.ofMillis(30));
        mesh.run(Duration.ofSeconds(5));
        assertThat(answer).isCompletedExceptionally();
        assertThat(refused.values()).allMatch(times -> times < MOST_ATTEMPTS);
    }

    @Test
    void busyServiceGetsNoStormOfRetries() {
        openRefusing("orders/place", InteractionStyle.REQUEST, FaultCode.BUSY);
        Peer caller = openCaller();
        int asked = 5000;
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < asked; i++) {
            answers.add(caller.requestor(PLACE).requestAsync("order " + i));
            if (i % 10 == 0) {
                mesh.run(Duration.ofMillis(1));
            }
        }
        mesh.run(Duration.ofSeconds(10));
        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
        int arrived = refused.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(arrived).isGreaterThan(asked).isLessThan(asked * 13 / 10 + 300);
    }

    @Test
    void whatPausesIsPaidForAndFailsWhereThereIsNoRoom() {
        openRefusing("orders/ship", InteractionStyle.ONE_WAY, FaultCode.BUSY);
        Peer caller = mesh.open(mesh.builder("caller")
                .limits(Limits.defaults().withMaxMessageBytes(128 * 1024).withMemory(16 << 20)));
        String large = "x".repeat(100_000);
        for (int i = 0; i < 40; i++) {
            caller.sender(SHIP).sendAsync(large);
            mesh.run(Duration.ofMillis(1));
        }
        mesh.run(Duration.ofSeconds(10));
        assertThat(mesh.errors).anyMatch(what -> what.contains("cannot be sent again"));
        assertThat(mesh.deadLetters).hasSize(40).allMatch(letter -> letter.outcome() == Outcome.REFUSED);
    }

    /** A budget of a hundred and a fifth would not do for half of all messages. */
    @Test
    void secondTryAtAnotherInstanceIsNotPaid() {
        openRefusing("orders/place", InteractionStyle.REQUEST, FaultCode.BUSY);
        openServing();
        Peer caller = openCaller();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            answers.add(caller.requestor(PLACE).requestAsync("order " + i));
            if (i % 10 == 0) {
                mesh.run(Duration.ofMillis(1));
            }
        }
        mesh.settle();
        assertThat(refused).hasSizeGreaterThan(800);
        assertThat(refused.values()).containsOnly(1);
        assertThat(answers).allMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
    }

    /** Those beyond the budget fail at their first refusal. */
    @Test
    void secondTryAtTheOnlyInstanceIsPaid() {
        openRefusing("orders/place", InteractionStyle.REQUEST, FaultCode.BUSY);
        Peer caller = openCaller();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            answers.add(caller.requestor(PLACE).requestAsync("order " + i));
        }
        mesh.run(Duration.ofSeconds(8));
        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(refused.values().stream().filter(times -> times == 1)).hasSizeGreaterThan(600);
        assertThat(refused.values().stream().filter(times -> times > 1)).hasSizeGreaterThanOrEqualTo(100);
    }

    @Test
    void otherRefusalsAreNotSentAgain() {
        openRefusing("orders/ship", InteractionStyle.ONE_WAY, FaultCode.UNKNOWN_CHANNEL);
        Peer caller = openCaller();
        caller.sender(SHIP).sendAsync("ship");
        mesh.run(Duration.ofSeconds(5));
        assertThat(refused.values()).containsExactly(1);
        assertThat(mesh.deadLetters).last().satisfies(letter -> {
            assertThat(letter.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(new String(letter.payload(), StandardCharsets.UTF_8)).isEqualTo("ship");
        });
    }

    @Test
    void messagesThatWereNeverSentGoToAnotherInstance() {
        openServing();
        Peer broken = mesh.peers.get(0);
        openServing();
        Peer caller = openCaller();
        mesh.network.delayBy(random -> Duration.ofMillis(200));
        List<String> sent = new ArrayList<>();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.add("ship " + i);
            caller.sender(SHIP).sendAsync("ship " + i);
            answers.add(caller.requestor(PLACE).requestAsync("order " + i));
            mesh.run(Duration.ofMillis(1));
        }
        mesh.sever(caller, broken);
        mesh.run(Duration.ofSeconds(10));
        assertThat(caller.counters().resent()).as("sent again").isPositive();
        assertThat(mesh.deadLetters).allMatch(letter -> letter.outcome() == Outcome.UNKNOWN);
        List<String> told = new ArrayList<>(handled);
        mesh.deadLetters.forEach(letter -> told.add(new String(letter.payload(), StandardCharsets.UTF_8)));
        assertThat(told).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(answers).allMatch(CompletableFuture::isDone);
        assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally))
                .as("lost with the link")
                .hasSizeLessThan(20);
    }

    @Test
    void whatPausesHasItsOutcomeByItsDeadline() {
        openRefusing("orders/place", InteractionStyle.REQUEST, FaultCode.BUSY);
        Peer caller = openCaller();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int millis = 10; millis <= 600; millis += 10) {
            Duration limit = Duration.ofMillis(millis);
            CompletableFuture<String> answer = caller.requestor(PLACE).requestAsync("order", limit);
            mesh.run(limit.plusMillis(50));
            answers.add(answer);
            assertThat(answer).as("limit of " + limit).isDone();
        }
        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void whatPausesHasAnOutcomeWhenThePeerCloses() {
        for (Duration limit : List.of(Duration.ZERO, Duration.ofMillis(100), Duration.ofSeconds(8))) {
            var each = new ResendTest();
            each.openRefusing("orders/place", InteractionStyle.REQUEST, FaultCode.BUSY);
            Peer caller = each.openCaller();
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(caller.requestor(PLACE).requestAsync("order " + i));
                caller.sender(SHIP).sendAsync("ship " + i);
            }
            each.mesh.run(Duration.ofMillis(60));
            assertThat(answers).as("paused").anyMatch(answer -> !answer.isDone());
            var closed = caller.closeAsync(limit);
            each.mesh.run(Duration.ofSeconds(10));
            assertThat(closed).isDone();
            assertThat(answers).as("closed within " + limit).allMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(each.mesh.deadLetters.stream()
                            .map(letter -> new String(letter.payload(), StandardCharsets.UTF_8))
                            .filter(payload -> payload.startsWith("ship ")))
                    .as("closed within " + limit)
                    .hasSize(20);
        }
    }

    @Test
    void oneWayMessagesKeepTheirDeadlineWhenTheyAreSentAgain() {
        int refusedFirst = 0;
        for (int seed = 0; seed < 8; seed++) {
            var each = new ResendTest();
            each.openRefusing("orders/ship", InteractionStyle.ONE_WAY, FaultCode.BUSY);
            List<Duration> left = new ArrayList<>();
            each.mesh.open("orders").receive(SHIP, message -> message.headers()
                    .deadline()
                    .ifPresent(deadline -> left.add(deadline.remaining())));
            Peer caller = each.openCaller();
            each.mesh.run(Duration.ofSeconds(90).plusMillis(seed));
            for (int i = 0; i < seed; i++) {
                caller.sender(SHIP).sendAsync("without a deadline");
            }
            each.mesh.settle();
            each.refused.clear();
            Headers headers = Headers.builder()
                    .deadline(Deadline.after(Duration.ofSeconds(60), each.mesh.environment.time()))
                    .build();
            caller.sender(SHIP).sendAsync(Message.document("ship").withHeaders(headers));
            each.mesh.settle();
            refusedFirst += each.refused.size();
            assertThat(each.mesh.deadLetters).isEmpty();
            assertThat(left).singleElement().satisfies(duration -> assertThat(duration)
                    .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(61)));
        }
        assertThat(refusedFirst).isPositive();
    }
}
