package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.Publisher;
import io.parley.Receiver;
import io.parley.Sender;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultCode;
import io.parley.failure.OverloadedException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.ReservedChannels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What others can make a peer hold, and how it gets on with little memory. In virtual time. */
class MemoryBudgetTest {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final PointToPointChannel<byte[]> LOAD = PointToPointChannel.of("victim/load", byte[].class);
    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("victim/ask", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<byte[]> NEWS = PublishSubscribeChannel.of("press/news", byte[].class);
    private static final Pattern RESERVED = Pattern.compile(
            "\"name\":\"([^\"]+)\",\"capacityBytes\":(\\d+),\"reservedBytes\":(\\d+),\"refusals\":(\\d+)");

    private final Simulation mesh = new Simulation(31);

    private Peer victim(Limits limits) {
        return mesh.open(mesh.builder("victim").limits(limits));
    }

    /** With messages of 64 KiB at most, and memory for few of them. */
    private static Limits little() {
        return Limits.defaults().withMaxMessageBytes(64 * KIB).withMemory(4 * MIB);
    }

    private static Receiver<byte[]> counting(int[] count) {
        return message -> count[0]++;
    }

    private long[] part(Peer peer, String name) {
        var state = mesh.peers
                .get(mesh.peers.size() - 1)
                .requestorTo(peer.self(), ReservedChannels.state(peer.self().service()))
                .requestAsync(new byte[0]);
        mesh.until(state::isDone);
        Matcher parts = RESERVED.matcher(new String(state.join(), StandardCharsets.UTF_8));
        while (parts.find()) {
            if (parts.group(1).equals(name)) {
                return new long[] {
                    Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3)), Long.parseLong(parts.group(4))
                };
            }
        }
        throw new AssertionError("No part " + name);
    }

    private static Control.Hello hello(WirePeer of) {
        Control.Hello plain = of.hello(1, 1, 0);
        return new Control.Hello(1, 1, plain.speaker(), 0, plain.terms(), false, false, true);
    }

    private WirePeer.Wire dial(WirePeer from, Peer to) {
        WirePeer.Wire wire = from.dial(to.self().address());
        wire.send(hello(from));
        mesh.run(Duration.ofMillis(5));
        return wire;
    }

    private static Control.LinkLimits terms(WirePeer.Wire wire) {
        return wire.said(Control.Welcome.class).get(0).terms();
    }

    @Test
    void manySendersOfLargeMessagesGetAllOfThemThroughWithLittleMemory() {
        Peer victim = victim(little());
        int[] count = {0};
        victim.receive(LOAD, counting(count));
        int senders = 12;
        int each = 40;
        var sent = new ArrayList<CompletableFuture<MessageId>>();
        for (int i = 0; i < senders; i++) {
            Peer sender = mesh.open(mesh.builder("sender").limits(little().withMemory(64 * MIB)));
            Sender<byte[]> load = sender.sender(LOAD);
            for (int j = 0; j < each; j++) {
                sent.add(load.sendAsync(new byte[(j % 4 + 1) * 15 * KIB]));
            }
        }
        mesh.until(() -> sent.stream().allMatch(CompletableFuture::isDone));
        assertThat(sent).noneMatch(CompletableFuture::isCompletedExceptionally);
        mesh.until(() -> count[0] == senders * each);
        assertThat(mesh.deadLetters).isEmpty();
        long[] credit = part(victim, "credit");
        assertThat(credit[1]).isLessThanOrEqualTo(credit[0]);
    }

    @Test
    void messageLargerThanAllThatWasGrantedIsSentByThoseWhoDoNotWaitForRoom() {
        Peer victim = victim(little());
        victim.reply(ASK, request -> "got " + request.payload().length());
        Peer caller = mesh.open("caller");
        var strangers = new WirePeer(mesh, "stranger");
        for (int i = 0; i < 6; i++) {
            dial(strangers, victim);
        }
        var asked = caller.requestor(ASK).requestAsync("x".repeat(60 * KIB));
        mesh.until(asked::isDone);
        assertThat(asked).isCompletedWithValue("got " + 60 * KIB);
    }

    @Test
    void newcomerIsGrantedLittleAndWhatItAsksFor() {
        Peer victim = victim(little());
        var stranger = new WirePeer(mesh, "stranger");
        WirePeer.Wire wire = dial(stranger, victim);
        Control.LinkLimits first = terms(wire);
        assertThat(first.bytes()).isLessThan(first.maxFrame());
        wire.send(new Control.CreditWanted(first.maxFrame()));
        mesh.settle();
        assertThat(wire.said(Control.Credit.class)).singleElement().satisfies(credit -> assertThat(credit.bytes())
                .isEqualTo(first.maxFrame()));
        wire.send(new Control.CreditWanted(Long.MAX_VALUE));
        mesh.settle();
        assertThat(wire.said(Control.Credit.class).get(1).bytes()).isEqualTo(2 * first.maxFrame());
    }

    @Test
    void dialerThatDoesNotAskIsGrantedTheLargestMessageAtFirst() {
        Peer victim = victim(little());
        WirePeer.Wire wire =
                new WirePeer(mesh, "stranger").dial(victim.self().address()).sayHello();
        mesh.settle();
        assertThat(terms(wire).bytes()).isGreaterThanOrEqualTo(terms(wire).maxFrame());
        assertThat(wire.said(Control.Welcome.class).get(0).creditWanted()).isFalse();
    }

    @Test
    void windowGrowsWithUseUpToTheLimit() {
        Limits limits = Limits.defaults()
                .withMaxMessageBytes(64 * KIB)
                .withWindow(1_000, MIB)
                .withMemory(24 * MIB);
        Peer victim = victim(limits);
        int[] count = {0};
        victim.receive(LOAD, counting(count));
        mesh.settle();
        var stranger = new WirePeer(mesh, "stranger");
        // Those before it have most of what newcomers get at first.
        for (int i = 0; i < 20; i++) {
            dial(stranger, victim);
        }
        WirePeer.Wire wire = dial(stranger, victim);
        long granted = terms(wire).bytes();
        assertThat(granted).isLessThan(MIB / 2);
        long used = 0;
        int messages = 0;
        for (int i = 0; i < 500; i++) {
            WireMessage message =
                    stranger.oneWay("victim/load", "x".repeat(8 * KIB)).payload(new byte[8 * KIB]);
            var out = new FrameWriter();
            used += out.append(message);
            wire.send(out.take());
            messages++;
            mesh.run(Duration.ofMillis(1));
        }
        Control.Credit last = wire.said(Control.Credit.class)
                .get(wire.said(Control.Credit.class).size() - 1);
        assertThat(wire.down).isFalse();
        assertThat(last.bytes() - used).isGreaterThan(MIB / 2).isLessThanOrEqualTo(MIB);
        assertThat(messages).isEqualTo(500);
    }

    @Test
    void linksAreTurnedAwayWhenNothingIsLeftAndTakenAgainOnceOthersAreGone() {
        Peer victim = victim(little());
        victim.reply(ASK, request -> "yes");
        Peer honest = mesh.open("honest");
        assertThat(ask(honest)).isEqualTo("yes");
        var stranger = new WirePeer(mesh, "stranger");
        List<WirePeer.Wire> wires = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            wires.add(dial(stranger, victim));
        }
        var rejected = wires.stream()
                .filter(wire -> !wire.said(Control.Reject.class).isEmpty())
                .toList();
        assertThat(rejected).hasSizeGreaterThan(100).allSatisfy(wire -> {
            assertThat(wire.said(Control.Reject.class).get(0).code()).isEqualTo(Control.Reject.OVERLOADED);
            assertThat(wire.down).isTrue();
        });
        assertThat(ask(honest)).isEqualTo("yes");
        assertThat(part(victim, "credit")[2]).isEqualTo(rejected.size());
        assertThat(mesh.errors).anyMatch(error -> error.contains("No room for another link"));
        stranger.port.execute(() -> wires.forEach(wire -> wire.link.close()));
        mesh.settle();
        long[] credit = part(victim, "credit");
        assertThat(credit[1]).as("reserved of %d", credit[0]).isLessThan(credit[0] / 2);
        assertThat(terms(dial(stranger, victim)).bytes()).isPositive();
    }

    private String ask(Peer asker) {
        var asked = asker.requestor(ASK).requestAsync("?");
        mesh.until(asked::isDone);
        return asked.join();
    }

    @Test
    void idleLinksGiveWayToThoseWhoWereTurnedAway() {
        Peer victim = victim(little().withHeartbeat(Duration.ofMillis(500)));
        victim.reply(ASK, request -> "yes");
        mesh.settle();
        var stranger = new WirePeer(mesh, "stranger");
        List<WirePeer.Wire> wires = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            wires.add(dial(stranger, victim));
        }
        assertThat(wires).anyMatch(wire -> wire.down);
        Peer late =
                mesh.open(mesh.builder("late").limits(Limits.defaults().withInstanceTimeout(Duration.ofMinutes(1))));
        var asked = late.requestor(ASK).requestAsync("?", Duration.ofMinutes(1));
        while (!asked.isDone()) {
            wires.forEach(MemoryBudgetTest::answerPings);
            mesh.run(Duration.ofMillis(200));
        }
        assertThat(asked).isCompletedWithValue("yes");
        assertThat(wires).anyMatch(wire -> !wire.said(Control.GoingAway.class).isEmpty());
    }

    @Test
    void creditHeldByThoseWhoDoNotUseItIsTakenBackForThoseWhoAsk() {
        Peer victim = victim(little().withHeartbeat(Duration.ofMillis(500)));
        int[] count = {0};
        victim.receive(LOAD, counting(count));
        var stranger = new WirePeer(mesh, "stranger");
        WirePeer.Wire greedy = dial(stranger, victim);
        for (int i = 1; i <= 40; i++) {
            greedy.send(new Control.CreditWanted(i * terms(greedy).maxFrame()));
        }
        mesh.settle();
        Peer honest = mesh.open(mesh.builder("honest")
                .limits(Limits.defaults().withInstanceTimeout(Duration.ofMinutes(1)))
                .defaultTimeout(Duration.ofMinutes(1)));
        var sent = new ArrayList<CompletableFuture<MessageId>>();
        for (int i = 0; i < 20; i++) {
            sent.add(honest.sender(LOAD).sendAsync(new byte[60 * KIB]));
        }
        while (!sent.stream().allMatch(CompletableFuture::isDone)) {
            answerPings(greedy);
            mesh.run(Duration.ofMillis(200));
        }
        mesh.settle();
        assertThat(sent).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(count[0]).isEqualTo(20);
        assertThat(greedy.said(Control.GoingAway.class)).hasSize(1);
        assertThat(greedy.said(Control.Reject.class)).singleElement().satisfies(reject -> assertThat(reject.code())
                .isEqualTo(Control.Reject.OVERLOADED));
    }

    /** Keeps a link alive that says nothing else; of a farewell's PING nothing is known here. */
    private static void answerPings(WirePeer.Wire wire) {
        if (!wire.down) {
            wire.send(new Control.Pong(1));
        }
    }

    @Test
    void chunkThatAnnouncesMoreThanThereIsCreditForEndsItsLink() {
        Peer victim = victim(little());
        mesh.settle();
        var stranger = new WirePeer(mesh, "stranger");
        WirePeer.Wire wire = dial(stranger, victim);
        byte[] beginning = FrameWriter.beginningOf(stranger.oneWay("victim/load", "x"));
        wire.send(Frames.of(new Control.Chunk(terms(wire).bytes(), beginning, 0, beginning.length)));
        mesh.settle();
        assertThat(wire.down).isTrue();
        assertThat(wire.said(Control.Reject.class)).singleElement().satisfies(reject -> assertThat(reject.code())
                .isEqualTo(Control.Reject.MALFORMED));
    }

    @Test
    void unfinishedResponsesAreDroppedWhereThereIsNoMemoryForThem() {
        Peer victim = victim(little());
        victim.reply(ASK, request -> "yes");
        Peer honest = mesh.open("honest");
        var stranger = new WirePeer(mesh, "stranger");
        for (int i = 0; i < 5; i++) {
            WirePeer.Wire wire = dial(stranger, victim);
            WireMessage response =
                    stranger.message(SharedFields.of(EnvelopeKind.RESPONSE).of(null, "text/plain"));
            response.inReplyTo = new MessageId(victim.self().incarnation(), 999);
            byte[] beginning = FrameWriter.beginningOf(response);
            int rest = 120 * KIB;
            wire.send(Frames.of(new Control.Chunk(rest, beginning, 0, beginning.length)));
            byte[] piece = new byte[40 * KIB];
            wire.send(Frames.of(new Control.Chunk(rest - piece.length, piece, 0, piece.length)));
            wire.send(Frames.of(new Control.Chunk(rest - 2L * piece.length, piece, 0, piece.length)));
            mesh.settle();
            assertThat(wire.down).isFalse();
            long[] unfinished = part(victim, "unfinished answers");
            assertThat(unfinished[1]).isLessThanOrEqualTo(unfinished[0]);
            if (i == 4) {
                wire.send(Frames.of(new Control.Chunk(0, piece, 0, piece.length)));
                mesh.settle();
                assertThat(wire.down).isFalse();
                assertThat(part(victim, "unfinished answers")[2]).isEqualTo(1);
            }
        }
        assertThat(ask(honest)).isEqualTo("yes");
    }

    @Test
    void messagesThatWaitAreBoundedByTheirBytes() {
        var wire = new WirePeer(mesh, "victim")
                .announce("victim/load", InteractionStyle.ONE_WAY)
                .answering((link, envelope) -> {});
        Peer sender = mesh.open(mesh.builder("sender").limits(little().withInstanceTimeout(Duration.ofMinutes(1))));
        mesh.settle();
        var sent = new ArrayList<CompletableFuture<MessageId>>();
        for (int i = 0; i < 100; i++) {
            sent.add(sender.sender(LOAD).sendAsync(new byte[60 * KIB]));
        }
        mesh.run(Duration.ofMillis(100));
        var refused = sent.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .toList();
        assertThat(refused).hasSizeBetween(85, 99);
        assertThatThrownBy(refused.get(0)::join)
                .hasCauseInstanceOf(OverloadedException.class)
                .hasMessageContaining("bytes more do not fit")
                .hasMessageContaining("bytes for messages that wait for an instance are reserved");
        mesh.until(() -> sent.stream().allMatch(CompletableFuture::isDone));
        assertThat(wire.accepted).isNotEmpty();
        long[] waiting = part(sender, "messages that wait for an instance");
        assertThat(waiting[1]).isZero();
        assertThat(waiting[2]).isEqualTo(refused.size());
    }

    @Test
    void nothingStaysReservedForLinksThatAreGone() {
        Peer victim = victim(little());
        int[] count = {0};
        victim.receive(LOAD, counting(count));
        Peer witness = mesh.open("witness");
        assertThat(part(victim, "credit")[1]).isPositive();
        long before = part(victim, "credit")[1];
        for (int round = 0; round < 5; round++) {
            Peer sender = mesh.open("sender");
            var sent = new ArrayList<CompletableFuture<MessageId>>();
            for (int i = 0; i < 30; i++) {
                sent.add(sender.sender(LOAD).sendAsync(new byte[(i + 1) * 2 * KIB]));
            }
            mesh.until(() -> sent.stream().allMatch(CompletableFuture::isDone));
            if (round % 2 == 0) {
                mesh.sever(sender, victim);
            }
            mesh.peers.remove(sender);
            var closed = sender.closeAsync(Duration.ofSeconds(5));
            mesh.until(closed::isDone);
        }
        mesh.settle();
        assertThat(witness.self().service()).isEqualTo("witness");
        assertThat(part(victim, "credit")[1]).isEqualTo(before);
    }

    @Test
    void answersThatAreNotReadAreBoundedAndBecomeFaults() {
        Peer victim = victim(little());
        int[] handled = {0};
        victim.reply(ASK, question -> {
            handled[0]++;
            return "x".repeat(60 * KIB);
        });
        mesh.open("witness");
        int diallers = 4;
        int each = 20;
        var peers = new ArrayList<WirePeer>();
        var wires = new ArrayList<WirePeer.Wire>();
        for (int i = 0; i < diallers; i++) {
            peers.add(new WirePeer(mesh, "dialler" + i));
            wires.add(dial(peers.get(i), victim));
        }
        part(victim, "messages to be read by others");
        for (int i = 0; i < diallers; i++) {
            var requests = new WireMessage[each];
            for (int j = 0; j < each; j++) {
                requests[j] = peers.get(i).request("victim/ask", "?");
            }
            wires.get(i).send(requests);
        }
        // The requests are there in no time; of the answers none is read for a while.
        mesh.network.delayBy(random -> handled[0] > 0 ? Duration.ofMillis(500) : Duration.ZERO);
        mesh.until(() -> handled[0] == diallers * each);
        mesh.network.delayBy(random -> Duration.ZERO);
        long[] unread = part(victim, "messages to be read by others");
        assertThat(unread[1]).isLessThanOrEqualTo(unread[0]);
        assertThat(unread[2]).isPositive();

        mesh.run(Duration.ofSeconds(2));
        int faults = 0;
        for (WirePeer.Wire wire : wires) {
            assertThat(wire.down).isFalse();
            var answers = wire.said(WireMessage.class);
            assertThat(answers).hasSize(each);
            for (WireMessage answer : answers) {
                if (answer.kind() == EnvelopeKind.FAULT) {
                    assertThat(answer.fault()).isEqualTo(FaultCode.UNSENDABLE_REPLY.wireValue());
                    faults++;
                }
            }
        }
        unread = part(victim, "messages to be read by others");
        assertThat(unread[1]).isZero();
        assertThat(unread[2]).isEqualTo(faults);
        assertThat(faults).isLessThan(diallers * each);
        assertThat(ask(mesh.open("honest"))).hasSize(60 * KIB);
    }

    @Test
    void publicationsThatWaitAreBoundedByTheirBytes() {
        Peer press = mesh.open(mesh.builder("press").limits(little()));
        var publisher = press.publisher(NEWS);
        int[] heard = {0};
        mesh.open("reader").subscribe(NEWS, event -> heard[0]++);
        mesh.run(Duration.ofSeconds(2));
        // Nothing is handed to the transport before this thread runs the mesh.
        int accepted = publishUntilRefused(publisher);
        assertThat(accepted).isBetween(1, 20);
        mesh.until(() -> heard[0] == accepted);
        long[] publications = part(press, "publications");
        assertThat(publications[1]).isZero();
        assertThat(publications[2]).isEqualTo(1);

        // A subscriber that does not read makes them wait as well.
        mesh.network.delayBy(random -> Duration.ofMillis(150));
        int more = 0;
        for (int i = 0; i < 20; i++) {
            more += publishUntilRefused(publisher);
            mesh.run(Duration.ofMillis(1));
        }
        int all = accepted + more;
        assertThat(more).isLessThan(60);
        mesh.network.delayBy(random -> Duration.ZERO);
        mesh.until(() -> heard[0] == all);
        publications = part(press, "publications");
        assertThat(publications[1]).isZero();
        assertThat(publications[2]).isEqualTo(21);
    }

    /** Returns how many events of 60 KiB were accepted. */
    private static int publishUntilRefused(Publisher<byte[]> publisher) {
        int accepted = 0;
        try {
            while (accepted < 1_000) {
                publisher.publish(new byte[60 * KIB]);
                accepted++;
            }
        } catch (OverloadedException e) {
            assertThat(e).hasMessageContaining("bytes for publications are reserved");
            return accepted;
        }
        throw new AssertionError("None of " + accepted + " events was refused");
    }
}
