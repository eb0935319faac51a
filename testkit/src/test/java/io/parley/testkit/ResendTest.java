package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.Style;
import io.parley.failure.FaultCode;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Head;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
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

    private void openRefusing(String channel, Style style, FaultCode code) {
        var far = new WirePeer(mesh, "orders").announce(channel, style);
        far.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                wire.send(new Control.Welcome(
                        1,
                        new Control.Speaker(WirePeer.INCARNATION, "orders", "orders-wire"),
                        new Control.Terms(1 << 20, 100_000, 1 << 28),
                        "",
                        false,
                        true));
            } else if (envelope instanceof WireMessage message) {
                int times = refused.merge(message.id, 1, Integer::sum);
                WireMessage fault = far.message(Head.of(EnvelopeKind.FAULT).of(null, "text/plain"));
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
            each.openRefusing("orders/place", Style.REQUEST, code);
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
        openRefusing("orders/ship", Style.ONE_WAY, FaultCode.BUSY);
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
        openRefusing("orders/place", Style.REQUEST, FaultCode.BUSY);
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
        openRefusing("orders/place", Style.REQUEST, FaultCode.BUSY);
        Peer caller = openCaller();
        var answer = caller.requestor(PLACE).requestAsync("order", Duration.ofMillis(30));
        mesh.run(Duration.ofSeconds(5));
        assertThat(answer).isCompletedExceptionally();
        assertThat(refused.values()).allMatch(times -> times < MOST_ATTEMPTS);
    }

    @Test
    void busyServiceGetsNoStormOfRetries() {
        openRefusing("orders/place", Style.REQUEST, FaultCode.BUSY);
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
    void otherRefusalsAreNotSentAgain() {
        openRefusing("orders/ship", Style.ONE_WAY, FaultCode.UNKNOWN_CHANNEL);
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
}
