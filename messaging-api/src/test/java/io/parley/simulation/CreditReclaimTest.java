package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Credit and links that are hardly used give way to those who need them. In virtual time. */
class CreditReclaimTest {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final int LARGE = 3_500_000;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final PointToPointChannel<byte[]> LOAD = PointToPointChannel.of("victim/load", byte[].class);
    private static final RequestChannel<byte[], byte[]> ASK =
            PointToPointChannel.of("victim/ask", byte[].class).withReply(byte[].class);
    private static final PointToPointChannel<byte[]> TELL = PointToPointChannel.of("far/tell", byte[].class);

    private final Simulation mesh = new Simulation(3);
    private int received;

    /** With room for about three of the largest messages. */
    private Peer victim() {
        mesh.network.delayBy(random -> Duration.ofMillis(30));
        Peer victim = mesh.open(mesh.builder("victim").limits(Limits.defaults().withMemory(24 * MIB)));
        victim.receive(LOAD, message -> received++);
        return victim;
    }

    private static Limits patient() {
        return Limits.defaults().withInstanceTimeout(LONG);
    }

    /** Peers that have asked for the credit of a large message, and have not sent it as its deadline had passed by then. */
    private List<Peer> holders() {
        var holders = new ArrayList<Peer>();
        for (int i = 0; i < 6; i++) {
            holders.add(mesh.open(mesh.builder("holder").limits(patient()).defaultTimeout(LONG)));
            mesh.settle();
        }
        for (Peer holder : holders) {
            for (int i = 0; i < 6; i++) {
                var sent = holder.sender(LOAD).sendAsync(new byte[10]);
                mesh.until(sent::isDone);
            }
        }
        for (Peer holder : holders) {
            var headers = Headers.builder()
                    .deadline(Deadline.after(Duration.ofMillis(40), mesh.environment.time()))
                    .build();
            var large = holder.sender(LOAD)
                    .sendAsync(Message.document(new byte[LARGE]).withHeaders(headers));
            mesh.until(large::isDone);
            assertThat(large).isCompletedExceptionally();
            for (int i = 0; i < 4; i++) {
                holder.sender(LOAD).sendAsync(new byte[200]);
            }
            mesh.run(Duration.ofMillis(300));
        }
        mesh.deadLetters.clear();
        received = 0;
        return holders;
    }

    /** Has a newcomer send large messages while the holders do what little they do, four times a second. */
    private void newcomerSendsLargeMessagesWhile(List<Peer> holders, Consumer<Peer> little) {
        Peer late = mesh.open(mesh.builder("late").limits(patient()).defaultTimeout(LONG));
        mesh.settle();
        for (int i = 0; i < 3; i++) {
            var large = late.sender(LOAD).sendAsync(new byte[LARGE]);
            for (int quarter = 0; quarter < 240 && !large.isDone(); quarter++) {
                holders.forEach(little);
                mesh.run(Duration.ofMillis(250));
            }
            assertThat(large).isCompleted();
        }
    }

    @Test
    void creditThatWasAskedForAndIsHardlyUsedLocksNobodyOut() {
        victim();
        var sent = new ArrayList<CompletableFuture<?>>();
        newcomerSendsLargeMessagesWhile(
                holders(), holder -> sent.add(holder.sender(LOAD).sendAsync(new byte[200])));
        mesh.run(Duration.ofSeconds(10));
        assertThat(sent).isNotEmpty().allSatisfy(each -> assertThat(each).isCompleted());
        assertThat(received).isEqualTo(sent.size() + 3);
        assertThat(mesh.deadLetters).isEmpty();
    }

    @Test
    void creditIsTakenBackThoughSomethingOfItsDiallerIsAlwaysInHand() {
        Peer victim = victim();
        victim.replyAsync(ASK, HandlerOptions.inline(), question -> {
            var answer = new CompletableFuture<byte[]>();
            mesh.environment.time().schedule(Duration.ofMillis(700), () -> answer.complete(new byte[10]));
            return answer;
        });
        var asked = new ArrayList<CompletableFuture<?>>();
        newcomerSendsLargeMessagesWhile(
                holders(), holder -> asked.add(holder.requestor(ASK).requestAsync(new byte[200], LONG)));
        mesh.run(Duration.ofSeconds(10));
        assertThat(asked).isNotEmpty().allSatisfy(each -> assertThat(each).isCompleted());
        assertThat(received).isEqualTo(3);
    }

    @Test
    void messageUnderWayIsNotCutWhenItsLinkIsToEnd() {
        Limits little = Limits.defaults()
                .withMaxMessageBytes(64 * KIB)
                .withMemory(4 * MIB)
                .withHeartbeat(Duration.ofMillis(500));
        Peer victim = mesh.open(mesh.builder("victim").limits(little));
        victim.receive(LOAD, message -> received++);
        mesh.settle();
        var stranger = new WirePeer(mesh, "stranger");
        WirePeer.Wire greedy = stranger.dial(victim.self().address());
        Control.Hello plain = stranger.hello(1, 1, 0);
        greedy.send(new Control.Hello(1, 1, plain.speaker(), 0, plain.terms(), false, false, true));
        mesh.settle();
        long most = greedy.said(Control.Welcome.class).get(0).terms().maxFrame();
        for (int i = 1; i <= 40; i++) {
            greedy.send(new Control.CreditWanted(i * most));
        }
        mesh.settle();
        Peer honest = mesh.open(mesh.builder("honest").limits(patient()).defaultTimeout(LONG));
        var sent = honest.sender(LOAD).sendAsync(new byte[60 * KIB]);
        for (int i = 0; i < 40 && greedy.said(Control.GoingAway.class).isEmpty(); i++) {
            mesh.run(Duration.ofMillis(250));
            greedy.send(new Control.Pong(1));
        }
        assertThat(greedy.said(Control.GoingAway.class)).hasSize(1);
        // A dialler whose network is slow answers the PING behind what it had begun before it knew.
        WireMessage message = stranger.oneWay("victim/load", "").payload(new byte[60 * KIB]);
        byte[] beginning = FrameWriter.beginningOf(message);
        long rest = 60 * KIB;
        greedy.send(Frames.of(new Control.Chunk(rest, beginning, 0, beginning.length)));
        byte[] piece = new byte[10 * KIB];
        while (rest > 0) {
            mesh.run(Duration.ofMillis(400));
            assertThat(greedy.down).isFalse();
            rest -= piece.length;
            greedy.send(Frames.of(new Control.Chunk(rest, piece, 0, piece.length)));
        }
        mesh.until(() -> greedy.down && sent.isDone());
        assertThat(sent).isCompleted();
        mesh.settle();
        assertThat(received).isEqualTo(2);
    }

    /** An acceptor that ends each link a moment after it has welcomed it, as one that has no room for it. */
    private WirePeer crowded(List<Duration> dialled) {
        var far = new WirePeer(mesh, "far").announce("far/tell", InteractionStyle.ONE_WAY);
        far.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                dialled.add(now());
            }
            far.welcome(wire, envelope);
        });
        return far;
    }

    private static void endAsOverloaded(WirePeer.Wire wire) {
        wire.send(new Control.GoingAway(2_000));
        wire.send(new Control.Reject(Control.Reject.OVERLOADED, "others need the memory"));
    }

    private Duration now() {
        return Duration.ofNanos(mesh.environment.time().nanoTime());
    }

    @Test
    void linkThatWasEndedForOthersIsDialledAgainWhenSomethingIsToBeSent() {
        var dialled = new ArrayList<Duration>();
        WirePeer far = crowded(dialled);
        Peer near = mesh.open("near");
        mesh.settle();
        var first = near.sender(TELL).sendAsync(new byte[10]);
        mesh.until(first::isDone);
        endAsOverloaded(far.accepted.get(0));
        mesh.run(Duration.ofSeconds(3));
        assertThat(dialled).as("nothing is to be sent").hasSize(1);
        Duration before = now();
        var second = near.sender(TELL).sendAsync(new byte[10]);
        mesh.until(second::isDone);
        assertThat(second).isCompleted();
        assertThat(now().minus(before)).isLessThan(Duration.ofSeconds(1));
        // While the link ends there is something to be sent already.
        far.accepted.get(1).send(new Control.GoingAway(2_000));
        mesh.settle();
        var third = near.sender(TELL).sendAsync(new byte[10]);
        mesh.settle();
        endAsOverloaded(far.accepted.get(1));
        before = now();
        mesh.until(third::isDone);
        assertThat(third).isCompleted();
        assertThat(now().minus(before)).isLessThan(Duration.ofSeconds(1));
        assertThat(dialled).hasSize(3);
    }

    @Test
    void linkThatWasEndedForOthersIsDialledAgainAfterLongPausesWhenNothingIsToBeSent() {
        var dialled = new ArrayList<Duration>();
        WirePeer far = crowded(dialled);
        Peer near = mesh.open("near");
        mesh.settle();
        var first = near.sender(TELL).sendAsync(new byte[10]);
        mesh.until(first::isDone);
        Duration pause = Duration.ZERO;
        for (int i = 1; i < 6; i++) {
            Duration ended = now();
            endAsOverloaded(far.accepted.get(i - 1));
            int links = i + 1;
            while (dialled.size() < links) {
                mesh.run(Duration.ofMillis(100));
                assertThat(now().minus(ended)).isLessThan(Duration.ofSeconds(31));
            }
            pause = now().minus(ended);
            assertThat(pause).isGreaterThan(Duration.ofSeconds(4));
            mesh.run(Duration.ofSeconds(1));
        }
        assertThat(pause).isGreaterThan(Duration.ofSeconds(14));
        assertThat(near.counters().linksUp()).isEqualTo(1);
    }

    @Test
    void idlePeersLeaveTheirPlaceToThoseWhoHaveMessages() {
        // There is room for eight links.
        Limits little = Limits.defaults().withMaxMessageBytes(64 * KIB).withMemory(MIB);
        Peer victim = mesh.open(mesh.builder("victim").limits(little));
        victim.receive(LOAD, message -> received++);
        var peers = new ArrayList<Peer>();
        for (int i = 0; i < 12; i++) {
            Peer peer = mesh.open(mesh.builder("peer").limits(patient()).defaultTimeout(LONG));
            peers.add(peer);
            mesh.settle();
            Duration before = now();
            var sent = peer.sender(LOAD).sendAsync(new byte[10]);
            mesh.until(sent::isDone);
            assertThat(sent).isCompleted();
            assertThat(now().minus(before)).as("peer %d", i).isLessThan(Duration.ofSeconds(15));
        }
        for (int round = 0; round < 10; round++) {
            for (Peer peer : peers) {
                Duration before = now();
                var sent = peer.sender(LOAD).sendAsync(new byte[10]);
                mesh.until(sent::isDone);
                assertThat(sent).isCompleted();
                assertThat(now().minus(before)).isLessThan(Duration.ofSeconds(15));
            }
            mesh.run(Duration.ofSeconds(20));
        }
        mesh.settle();
        assertThat(received).isEqualTo(11 * peers.size());
        assertThat(mesh.deadLetters).isEmpty();
    }
}
