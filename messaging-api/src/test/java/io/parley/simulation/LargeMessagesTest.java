package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.Outcome;
import io.parley.internal.wire.Control;
import io.parley.observe.FlowEvent;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Messages in chunks over a network so slow that other things happen beside them. In virtual time. */
class LargeMessagesTest {

    private static final RequestChannel<byte[], byte[]> ASK =
            PointToPointChannel.of("far/ask", byte[].class).withReply(byte[].class);
    private static final RequestChannel<String, String> QUICK =
            PointToPointChannel.of("far/quick", String.class).withReply(String.class);
    private static final PointToPointChannel<byte[]> TELL = PointToPointChannel.of("far/tell", byte[].class);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int LARGE = 4 * 1024 * 1024;
    private static final int FRAMES_ON_THE_WAY = 2;

    private final Simulation mesh = new Simulation(8);

    LargeMessagesTest() {
        slow(mesh);
    }

    private static void slow(Simulation mesh) {
        mesh.network.delayBy(random -> Duration.ofMillis(1));
    }

    /** A peer whose links hold but a few frames: what does not fit waits with the peer. */
    private static PeerBuilder narrow(Simulation mesh, String service) {
        Transport transport = (options, listener) -> InMemoryTransport.on(mesh.network)
                .open(
                        new PortOptions(
                                options.name(),
                                options.environment(),
                                options.maxFrameBytes(),
                                FRAMES_ON_THE_WAY,
                                options.maxPublicationBytes(),
                                options.maxQueuedPublications(),
                                options.memory()),
                        listener);
        return mesh.builder(service).transport(transport);
    }

    private static byte[] octets(int size) {
        var octets = new byte[size];
        new Random(size).nextBytes(octets);
        return octets;
    }

    private static MessagingException failure(CompletableFuture<?> stage) {
        assertThat(stage).isCompletedExceptionally();
        var thrown = Assertions.catchThrowableOfType(CompletionException.class, stage::join);
        return (MessagingException) thrown.getCause();
    }

    @Test
    void shouldAnswerSmallRequestsWhileALargeOneIsUnderWay() {
        Peer far = mesh.open("far");
        far.reply(ASK, request -> request.payload());
        far.reply(QUICK, request -> "quick " + request.payload());
        Peer near = mesh.open(narrow(mesh, "near"));
        mesh.settle();
        var order = new ArrayList<String>();
        var large = near.requestor(ASK).requestAsync(octets(LARGE), LONG);
        large.thenRun(() -> order.add("large"));
        for (int i = 0; i < 5; i++) {
            var quick = near.requestor(QUICK).requestAsync("" + i, LONG);
            quick.thenAccept(order::add);
            mesh.run(Duration.ofMillis(2));
        }
        mesh.until(large::isDone);
        mesh.settle();
        assertThat(order).containsExactly("quick 0", "quick 1", "quick 2", "quick 3", "quick 4", "large");
        assertThat(large.join()).isEqualTo(octets(LARGE));
    }

    @Test
    void shouldSayOfARequestWhoseLinkBreaksWhetherItWasSentInWhole() {
        var outcomes = new ArrayList<Outcome>();
        for (int millis = 1; millis <= 60; millis += 3) {
            var own = new Simulation(millis);
            slow(own);
            var handled = new ArrayList<Integer>();
            Peer far = own.open("far");
            far.replyAsync(ASK, request -> {
                handled.add(request.payload().length);
                return new CompletableFuture<>();
            });
            Peer near = own.open(narrow(own, "near"));
            var requestor = near.requestor(ASK);
            requestor.requestAsync(octets(1), LONG);
            own.settle();
            handled.clear();
            assertThat(near.counters().linksUp()).isEqualTo(1);
            // To this instance and no other: it is not tried again.
            var asked = near.requestorTo(far.self(), ASK).requestAsync(octets(LARGE), LONG);
            own.run(Duration.ofMillis(millis));
            assertThat(asked).isNotDone();
            own.sever(near, far);
            own.settle();
            MessagingException failure = failure(asked);
            if (failure.outcome() == Outcome.NOT_SENT) {
                assertThat(failure).isInstanceOf(NoInstanceException.class);
                assertThat(handled).as("what was not sent").isEmpty();
            } else {
                assertThat(failure).isInstanceOf(LinkLostException.class);
            }
            outcomes.add(failure.outcome());
        }
        assertThat(outcomes.subList(0, 5)).containsOnly(Outcome.NOT_SENT);
        assertThat(outcomes.subList(outcomes.size() - 1, outcomes.size())).containsOnly(Outcome.UNKNOWN);
        assertThat(outcomes)
                .as("it is never sent less than before")
                .isSortedAccordingTo((one, other) -> Boolean.compare(one == Outcome.UNKNOWN, other == Outcome.UNKNOWN));
    }

    @Test
    void shouldMakeADeadLetterWithItsWholePayloadOfAOneWayMessageThatWasNotSentInWhole() {
        var received = new ArrayList<byte[]>();
        Peer far = mesh.open("far");
        far.receive(TELL, message -> received.add(message.payload()));
        Peer near = mesh.open(narrow(mesh, "near"));
        mesh.settle();
        byte[] large = octets(LARGE);
        byte[] behind = octets(10);
        var sent = near.sender(TELL).sendAsync(large);
        near.sender(TELL).sendAsync(behind);
        mesh.run(Duration.ofMillis(10));
        assertThat(sent).isCompleted();
        mesh.sever(near, far);
        mesh.network.partition(near.self().address(), far.self().address());
        mesh.run(Duration.ofSeconds(20));
        assertThat(received).isEmpty();
        assertThat(mesh.deadLetters).hasSize(2).allSatisfy(letter -> {
            assertThat(letter.channel()).isEqualTo(TELL.name());
            assertThat(letter.style()).isEqualTo(InteractionStyle.ONE_WAY);
        });
        assertThat(mesh.deadLetters.get(0).headers().id()).hasValue(sent.join());
        assertThat(mesh.deadLetters.get(0).payload()).isEqualTo(large);
        assertThat(mesh.deadLetters.get(1).payload()).isEqualTo(behind);
        mesh.network.heal(near.self().address(), far.self().address());
        near.sender(TELL).sendAsync(large);
        mesh.until(() -> received.size() == 1);
        assertThat(received.get(0)).as("on the next link").isEqualTo(large);
    }

    @Test
    void shouldGoOnWithHeartbeatsBesideALongTransfer() {
        Duration slow = Duration.ofMillis(40);
        mesh.network.delayBy(random -> slow);
        var far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        Peer near = mesh.open(narrow(mesh, "near").limits(Limits.defaults().withHeartbeat(Duration.ofMillis(50))));
        mesh.run(Duration.ofSeconds(2));
        var asked = near.requestor(ASK).requestAsync(octets(900_000), LONG);
        mesh.run(Duration.ofSeconds(5));
        List<Object> heard = far.heard;
        int first = indexOf(heard, Control.Chunk.class);
        int last = heard.size() - 1;
        while (!(heard.get(last) instanceof Control.Chunk)) {
            last--;
        }
        assertThat(((Control.Chunk) heard.get(last)).rest())
                .as("the transfer's end")
                .isZero();
        assertThat(heard.subList(first, last).stream().filter(Control.Ping.class::isInstance))
                .as("pings between the chunks")
                .hasSizeGreaterThan(2);
        assertThat(asked).isNotDone();
        assertThat(near.counters().linksUp()).isEqualTo(1);
        assertThat(far.accepted).as("the link is still the first").hasSize(1);
    }

    private static int indexOf(List<Object> heard, Class<?> type) {
        int at = 0;
        while (!type.isInstance(heard.get(at))) {
            at++;
        }
        return at;
    }

    /** Messages of all sizes between three peers, whose links break now and then. */
    private static List<String> story(long seed) {
        var mesh = new Simulation(seed);
        var random = new Random(seed);
        mesh.network.delayBy(source -> Duration.ofNanos(source.nextInt(2_000_000)));
        Peer far = mesh.open(narrow(mesh, "far"));
        var received = new ArrayList<Integer>();
        far.reply(ASK, request -> octets(random.nextInt(400_000)));
        far.receive(TELL, HandlerOptions.serial(), message -> received.add(message.payload().length));
        List<Peer> callers = List.of(mesh.open(narrow(mesh, "near")), mesh.open(narrow(mesh, "near")));
        mesh.settle();
        var pending = new ArrayList<CompletableFuture<?>>();
        var outcomes = new TreeMap<Integer, String>();
        for (int i = 0; i < 150; i++) {
            Peer caller = callers.get(random.nextInt(2));
            int number = i;
            byte[] payload = octets(random.nextInt(3) == 0 ? random.nextInt(500_000) : random.nextInt(100));
            if (random.nextInt(20) == 0) {
                mesh.sever(caller, far);
            } else if (random.nextBoolean()) {
                pending.add(caller.requestor(ASK)
                        .requestAsync(payload, Duration.ofSeconds(3))
                        .handle((answer, failure) ->
                                outcomes.put(number, failure == null ? "answer of " + answer.length : "" + failure)));
            } else {
                pending.add(caller.sender(TELL)
                        .sendAsync(payload)
                        .handle((id, failure) -> outcomes.put(number, id + " " + failure)));
            }
            mesh.run(Duration.ofMillis(random.nextInt(10)));
        }
        mesh.until(() -> pending.stream().allMatch(CompletableFuture::isDone));
        mesh.run(Duration.ofSeconds(5));
        mesh.closeAll();
        assertThat(mesh.peers).allSatisfy(peer -> assertThat(peer.counters().malformedFrames())
                .isZero());
        var trace = new ArrayList<String>();
        mesh.flows.stream().map(FlowEvent::toString).forEach(trace::add);
        outcomes.forEach((number, outcome) -> trace.add(number + ": " + outcome));
        trace.add("received " + received);
        mesh.deadLetters.forEach(letter -> trace.add(letter.channel() + " " + letter.payload().length));
        return trace;
    }

    @Test
    void shouldRunTheSameTwiceUnderOneSeedWithLargeMessagesInTheMix() {
        List<String> first = story(1);
        assertThat(first).hasSizeGreaterThan(400).anyMatch(line -> line.contains("answer of"));
        assertThat(story(1)).isEqualTo(first);
        assertThat(story(2)).isNotEqualTo(first);
    }

    @Test
    void oneWayMessageThatWasNotSentInWholeGoesOverTheNextLinkAndTheOthersAreToldOf() {
        var received = new ArrayList<Integer>();
        Peer far = mesh.open("far");
        far.receive(TELL, HandlerOptions.serial(), message -> received.add(message.payload().length));
        Peer near = mesh.open(narrow(mesh, "near"));
        mesh.settle();
        var sent = new ArrayList<Integer>();
        for (int i = 0; i < 10; i++) {
            sent.add(200_000 + i);
            near.sender(TELL).sendAsync(octets(200_000 + i));
        }
        mesh.run(Duration.ofMillis(14));
        mesh.sever(near, far);
        mesh.run(Duration.ofSeconds(5));
        assertThat(received).isSorted().doesNotHaveDuplicates().contains(200_009);
        assertThat(mesh.deadLetters).isNotEmpty().allMatch(letter -> letter.outcome() == Outcome.UNKNOWN);
        var known = new HashSet<>(received);
        mesh.deadLetters.forEach(letter -> known.add(letter.payload().length));
        assertThat(known).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void shouldCountAMessageInChunksAsOne() {
        var far = new WirePeer(mesh, "far").announce("far/tell", InteractionStyle.ONE_WAY);
        far.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                wire.send(new Control.Welcome(
                        1,
                        new Control.PeerId(WirePeer.INCARNATION, "far", "far-wire"),
                        new Control.LinkLimits(1 << 20, 2, 1 << 20)));
            }
        });
        Peer near = mesh.open("near");
        mesh.settle();
        var sent = new ArrayList<CompletableFuture<?>>();
        for (int size : new int[] {500_000, 10, 10}) {
            sent.add(near.sender(TELL).sendAsync(octets(size)));
        }
        mesh.settle();
        assertThat(sent.stream().filter(CompletableFuture::isDone)).hasSize(2);
        assertThat(far.heard).filteredOn(Control.Chunk.class::isInstance).hasSizeGreaterThan(5);
        assertThat(far.heard)
                .as("the small one waits behind the large one, and goes in one chunk")
                .filteredOn(envelope -> envelope instanceof Control.Chunk chunk && chunk.rest() == 0)
                .hasSize(2);
        far.accepted.get(0).send(new Control.Credit(3, 1 << 20));
        mesh.settle();
        assertThat(sent).allMatch(CompletableFuture::isDone);
    }
}
