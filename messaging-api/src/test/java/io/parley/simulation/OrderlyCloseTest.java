package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that closes in order handles what was sent to it, and waits until what it has sent has arrived, however slow the way. */
class OrderlyCloseTest {

    private static final PointToPointChannel<String> SHIP = PointToPointChannel.of("orders/ship", String.class);
    private static final PointToPointChannel<byte[]> SCAN = PointToPointChannel.of("orders/scan", byte[].class);
    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final Duration ONE_WAY_TIME = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(9);
    private static final int LARGE = 300_000;

    private final Simulation mesh = new Simulation(5);
    private final List<String> handled = new ArrayList<>();
    private final List<CompletableFuture<?>> accepted = new ArrayList<>();

    @BeforeEach
    void setUp() {
        mesh.network.delayBy(random -> ONE_WAY_TIME);
    }

    private Peer openOrders() {
        Peer peer = mesh.open("orders");
        peer.receive(SHIP, message -> handled.add(message.payload()));
        peer.receive(SCAN, message -> handled.add("scan of " + message.payload().length));
        peer.reply(PLACE, request -> "placed " + request.payload());
        return peer;
    }

    private Peer openCaller(Peer orders) {
        Peer caller = mesh.open("caller");
        caller.sender(SHIP).sendAsync("first");
        mesh.until(() -> handled.contains("first"));
        assertThat(orders.counters().received()).isEqualTo(1);
        return caller;
    }

    @Test
    void messagesThatCrossTheWordOfGoingAreHandled() {
        Peer orders = openOrders();
        Peer caller = openCaller(orders);
        var closed = orders.closeAsync(Duration.ofSeconds(30));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            accepted.add(caller.sender(SHIP).sendAsync("ship " + i));
            answers.add(caller.requestor(PLACE).requestAsync("order " + i));
            mesh.run(Duration.ofMillis(10));
        }
        mesh.until(closed::isDone);
        mesh.run(Duration.ofSeconds(1));
        assertThat(accepted).allMatch(sent -> sent.isDone() && !sent.isCompletedExceptionally());
        assertThat(handled).hasSize(21);
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThat(mesh.deadLetters).isEmpty();
    }

    @Test
    void whoHasClosedThePeerFindsItClosed() {
        Peer orders = openOrders();
        var found = orders.closeAsync(Duration.ofSeconds(1))
                .thenApply(nothing -> orders.whenClosed().isDone());
        mesh.until(found::isDone);
        assertThat(found).isCompletedWithValue(true);
    }

    @Test
    void largeMessagesThatCrossTheWordOfGoingAreHandled() {
        Peer orders = openOrders();
        Peer caller = openCaller(orders);
        var closed = orders.closeAsync(Duration.ofSeconds(120));
        for (int i = 0; i < 20; i++) {
            accepted.add(caller.sender(SCAN).sendAsync(new byte[LARGE]));
            mesh.run(Duration.ofMillis(10));
        }
        mesh.until(closed::isDone);
        mesh.run(Duration.ofSeconds(1));
        assertThat(accepted).allMatch(sent -> sent.isDone() && !sent.isCompletedExceptionally());
        assertThat(handled).hasSize(21);
        assertThat(mesh.deadLetters).isEmpty();
    }

    /**
     * While messages are late, the receiver asks for the sender's clock, by PINGs behind the one by which it knows that all has come. The
     * sender's heartbeat, at which it ends a link that is of no use any more, is too long to help.
     */
    @Test
    void peerThatAsksForClocksMeanwhileClosesOnceAllHasArrived() {
        mesh.network.delayBy(random -> Duration.ofMillis(50 + random.nextInt(300)));
        Peer orders = openOrders();
        Peer caller = mesh.open(mesh.builder("caller").limits(Limits.defaults().withHeartbeat(LONG)));
        caller.sender(SHIP).sendAsync("first");
        mesh.until(() -> handled.contains("first"));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        String large = "x".repeat(LARGE);
        for (int i = 0; i < 20; i++) {
            answers.add(caller.requestor(PLACE).requestAsync(large, LONG));
        }
        mesh.run(Duration.ofMillis(10));
        var closed = orders.closeAsync(LONG);
        long begun = mesh.environment.time().nanoTime();
        mesh.until(closed::isDone);
        assertThat(Duration.ofNanos(mesh.environment.time().nanoTime() - begun)).isLessThan(LONG.dividedBy(2));
        mesh.run(Duration.ofSeconds(1));
        assertThat(answers).allMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
    }

    @Test
    void linkThatIsReadyOnlyWhileThePeerClosesHearsThatItGoes() {
        var orders = new WirePeer(mesh, "orders").announce("orders/ship", InteractionStyle.ONE_WAY);
        var hello = new ArrayList<WirePeer.Wire>();
        orders.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                hello.add(wire);
            } else if (envelope instanceof Control.Ping ping) {
                wire.send(new Control.Pong(ping.token()));
            }
        });
        Peer caller = mesh.open("caller");
        accepted.add(caller.sender(SHIP).sendAsync("ship"));
        mesh.until(() -> !hello.isEmpty());
        var closed = caller.closeAsync(Duration.ofSeconds(8));
        mesh.run(Duration.ofMillis(700));
        assertThat(closed).isNotDone();
        hello.get(0).send(orders.welcome());
        mesh.until(closed::isDone);
        assertThat(hello.get(0).said(Control.GoingAway.class)).isNotEmpty();
        assertThat(hello.get(0).said(WireMessage.class)).hasSize(1);
    }

    @Test
    void closingSenderWaitsUntilWhatItSentHasArrived() {
        Peer orders = openOrders();
        Peer caller = openCaller(orders);
        for (int i = 0; i < 20; i++) {
            accepted.add(caller.sender(SHIP).sendAsync("ship " + i));
            accepted.add(caller.sender(SCAN).sendAsync(new byte[LARGE]));
        }
        mesh.run(Duration.ZERO);
        assertThat(accepted).allMatch(sent -> sent.isDone() && !sent.isCompletedExceptionally());
        var closed = caller.closeAsync(Duration.ofSeconds(120));
        mesh.until(closed::isDone);
        assertThat(handled).hasSize(41);
    }

    @Test
    void closeIsGivenUpAtItsLimitIfTheOtherSideDoesNotAnswer() {
        Peer orders = openOrders();
        Peer caller = openCaller(orders);
        mesh.network.partition(orders.self().address(), caller.self().address());
        var closed = orders.closeAsync(Duration.ofSeconds(3));
        mesh.run(Duration.ofMillis(2900));
        assertThat(closed).isNotDone();
        mesh.run(Duration.ofSeconds(2));
        assertThat(closed).isDone();
        assertThat(mesh.errors).anyMatch(what -> what.contains("closed at its limit"));
    }

    @Test
    void whoClosesIsToldWhatWasGivenUp() {
        Peer orders = mesh.open("orders");
        orders.replyAsync(PLACE, request -> {
            handled.add(request.payload());
            return new CompletableFuture<>();
        });
        Peer caller = mesh.open("caller");
        var answer = caller.requestor(PLACE).requestAsync("never placed", Duration.ofSeconds(30));
        mesh.until(() -> !handled.isEmpty());
        orders.closeAsync(Duration.ofSeconds(3));
        mesh.run(Duration.ofSeconds(4));
        assertThat(answer).isCompletedExceptionally();
        assertThat(mesh.errors)
                .anySatisfy(
                        what -> assertThat(what).contains("closed at its limit").endsWith("gave up: 1"));
    }
}
