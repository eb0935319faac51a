package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.simulation.WirePeer.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds a peer to each row of the table in section 16 of {@code docs/wire-protocol.md}, with the other end made by hand, in virtual
 * time. A row of the table that has no test here fails, and so does a test without a row.
 */
class WireConformanceTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "wire-protocol.md");
    static final String FIRST = "nothing was said";
    static final String WELCOMED = "after WELCOME";
    static final String HELLO_SAID = "after HELLO";
    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("victim/ask", String.class).withReply(String.class);
    private static final PointToPointChannel<byte[]> TELL = PointToPointChannel.of("victim/tell", byte[].class);
    private static final RequestChannel<String, String> FAR_ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);

    private static final Map<String, Consumer<AtAcceptor>> ACCEPTOR = new LinkedHashMap<>();
    private static final Map<String, Consumer<AtDialler>> DIALLER = new LinkedHashMap<>();
    private static final Map<String, Consumer<FeedRows.AtSubscriber>> SUBSCRIBER = FeedRows.rows();
    private static final Map<String, Consumer<PublisherRows.AtPublisher>> PUBLISHER = PublisherRows.rows();
    private static final Map<String, Consumer<AtRouter>> ROUTER = RouterRows.rows();
    private static final Map<String, Consumer<RouterFeedRows.AtRelay>> RELAY = RouterFeedRows.rows();
    private static final Map<String, Consumer<SurveyRows.AtSurveyor>> SURVEYOR = SurveyRows.surveyors();
    private static final Map<String, Consumer<SurveyRows.AtResponder>> RESPONDER = SurveyRows.responders();

    /** A peer that is dialled by hand. */
    static final class AtAcceptor {

        final Simulation mesh = new Simulation(16);
        final WirePeer hand = new WirePeer(mesh, "hand");
        final List<String> handled = new ArrayList<>();
        final Wire wire;
        private final Peer victim;

        AtAcceptor() {
            this(1 << 20);
        }

        /** @param windowBytes the most octets that it grants one link, if the largest message takes no more */
        AtAcceptor(int windowBytes) {
            Limits limits = Limits.defaults().withMaxMessageBytes(1024).withWindow(10, windowBytes);
            victim = mesh.open(mesh.builder("victim").limits(limits));
            victim.reply(ASK, question -> {
                handled.add(question.payload());
                return "answer";
            });
            victim.receive(TELL, message -> handled.add(message.payload().length + " octets"));
            mesh.settle();
            wire = hand.dial(victim.self().address());
            mesh.settle();
        }

        AtAcceptor welcomed() {
            say(hand.hello(1, 1, 0));
            assertThat(wire.said).hasSize(1).first().isInstanceOf(Control.Welcome.class);
            wire.said.clear();
            return this;
        }

        void say(Control... controls) {
            say(frame(controls));
        }

        void say(WireMessage... messages) {
            wire.send(messages);
            mesh.settle();
        }

        void say(byte[] frame) {
            wire.send(frame);
            mesh.settle();
        }

        void rejects(int code) {
            rejected(wire, code);
        }

        void hangsUp() {
            assertThat(wire.said).isEmpty();
            assertThat(wire.down).isTrue();
        }

        void nothing() {
            assertThat(wire.said).isEmpty();
            isAlive();
        }

        void isAlive() {
            wire.said.clear();
            say(new Control.Ping(4711));
            assertThat(wire.said).containsExactly(new Control.Pong(4711));
            assertThat(wire.down).isFalse();
        }

        List<Integer> faults() {
            return wire.said(WireMessage.class).stream().map(WireMessage::fault).toList();
        }
    }

    /** A peer that dials one made by hand. */
    static final class AtDialler {

        final Simulation mesh = new Simulation(17);
        final WirePeer far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        final Peer near;
        /** What to say to each HELLO; by default nothing. */
        Consumer<Wire> onHello = wire -> {};

        AtDialler() {
            far.answering((wire, envelope) -> {
                if (envelope instanceof Control.Hello) {
                    onHello.accept(wire);
                }
            });
            near = mesh.open("near");
        }

        /** Has it dial. */
        AtDialler dialled() {
            near.requestor(FAR_ASK).requestAsync("question", Duration.ofMinutes(5));
            mesh.settle();
            assertThat(wire().said(Control.Hello.class)).hasSize(1);
            return this;
        }

        AtDialler welcomed() {
            onHello = wire -> wire.send(far.welcome());
            dialled();
            assertThat(requests()).hasSize(1);
            return this;
        }

        Wire wire() {
            return far.accepted.get(0);
        }

        List<WireMessage> requests() {
            return wire().said(WireMessage.class);
        }

        void say(Control... controls) {
            say(frame(controls));
        }

        void say(WireMessage message) {
            wire().send(message);
            mesh.settle();
        }

        void say(byte[] frame) {
            wire().send(frame);
            mesh.settle();
        }

        void rejects() {
            rejected(wire(), Reject.MALFORMED);
        }

        void nothing() {
            isAlive();
            assertThat(near.counters().linksUp()).isEqualTo(1);
            assertThat(wire().said(Reject.class)).isEmpty();
        }

        void isAlive() {
            say(new Control.Ping(4711));
            assertThat(wire().said(Control.Pong.class)).contains(new Control.Pong(4711));
            assertThat(wire().down).isFalse();
        }

        /** How often it has dialled within {@code time} from the first. */
        int dialledWithin(Duration time) {
            mesh.run(time);
            return far.accepted.size();
        }
    }

    private static void rejected(Wire wire, int code) {
        assertThat(wire.said(Reject.class)).extracting(Reject::code).containsExactly(code);
        assertThat(wire.said).last().isInstanceOf(Reject.class);
        assertThat(wire.down).isTrue();
    }

    static byte[] frame(Control... controls) {
        var out = new FrameWriter();
        for (Control control : controls) {
            out.append(control);
        }
        return out.take();
    }

    static byte[] frame(WireMessage message) {
        var out = new FrameWriter();
        out.append(message);
        return out.take();
    }

    static byte[] hex(String octets) {
        return HexFormat.of().parseHex(octets.replace(" ", ""));
    }

    /** CREDIT with a total of 2^63 octets, which the codec here cannot say by itself. */
    private static byte[] greatestCredit() {
        return frame(new Control.Credit(1000, Long.MIN_VALUE));
    }

    static byte[] unknownKind() {
        return hex("5001 00000002 7f 00");
    }

    static byte[] noFrame() {
        return "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    private static void acceptor(String what, String state, Consumer<AtAcceptor> test) {
        assertThat(ACCEPTOR.put(row(what, "acceptor", state), test)).isNull();
    }

    private static void dialler(String what, String state, Consumer<AtDialler> test) {
        assertThat(DIALLER.put(row(what, "dialler", state), test)).isNull();
    }

    static String row(String what, String at, String state) {
        return what + " | " + at + " | " + state;
    }

    private static Control.Hello helloOf(WirePeer hand, String service, String instance) {
        return new Control.Hello(
                1,
                1,
                new Control.PeerId(WirePeer.INCARNATION, service, instance),
                0,
                hand.hello(1, 1, 0).terms());
    }

    static WireMessage event(WirePeer hand) {
        WireMessage event = hand.message(SharedFields.of(EnvelopeKind.EVENT).on("victim/ask"));
        event.number(1, 0);
        return event;
    }

    private static WireMessage response(WirePeer hand) {
        WireMessage response = hand.message(SharedFields.of(EnvelopeKind.RESPONSE));
        response.inReplyTo = new MessageId(7, 7);
        return response;
    }

    private static WireMessage fault(WirePeer hand) {
        WireMessage fault = hand.message(SharedFields.of(EnvelopeKind.FAULT));
        fault.inReplyTo = new MessageId(7, 7);
        fault.details().fault = 1;
        return fault;
    }

    /** The only CHUNK of a ONE-WAY whose envelope has so many octets, its length field included. */
    private static byte[] inOneChunk(WirePeer hand, int octets) {
        int around = FrameFormat.LENGTH + FrameWriter.beginningOf(hand.oneWay("victim/tell", "")).length;
        WireMessage message = hand.oneWay("victim/tell", "x".repeat(octets - around));
        byte[] beginning = FrameWriter.beginningOf(message);
        byte[] whole = Arrays.copyOf(beginning, beginning.length + message.payloadLength());
        message.copyPayload(0, whole, beginning.length, message.payloadLength());
        assertThat(FrameFormat.LENGTH + whole.length).isEqualTo(octets);
        return frame(new Control.Chunk(0, whole, 0, whole.length));
    }

    static {
        acceptorsFirst();
        acceptorsLater();
        acceptorsMessages();
        diallersFirst();
        diallersLater();
        CreditRows.acceptors().forEach((what, test) -> acceptor(what, WELCOMED, test));
        CreditRows.diallers().forEach((what, test) -> dialler(what, WELCOMED, test));
    }

    private static void acceptorsFirst() {
        acceptor("HELLO", FIRST, peer -> peer.welcomed().isAlive());
        acceptor("HELLO of other versions", FIRST, peer -> {
            peer.say(peer.hand.hello(2, 9, 0));
            peer.rejects(Reject.VERSION);
        });
        acceptor("HELLO that means another incarnation", FIRST, peer -> {
            peer.say(peer.hand.hello(1, 1, 4711));
            peer.rejects(Reject.INCARNATION);
        });
        acceptor("HELLO with a name outside the grammar", FIRST, peer -> {
            for (String[] names : new String[][] {
                {"", "one"},
                {"hand", ""},
                {"ü ☂", "one"},
                {"hand", "ü ☂"},
                {"hand", "\u001b[2J"},
                {"Hand", "one"},
                {"hand", "a\nb"}
            }) {
                var own = new AtAcceptor();
                own.say(helloOf(own.hand, names[0], names[1]));
                own.rejects(Reject.MALFORMED);
                assertThat(own.mesh.errors).isNotEmpty().noneMatch(error -> error.contains("\u001b"));
            }
        });
        acceptor("HELLO cut short", FIRST, peer -> {
            byte[] whole = Frames.of(peer.hand.hello(1, 1, 0));
            byte[] cut = Arrays.copyOf(whole, whole.length - 1);
            cut[5]--;
            peer.say(cut);
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("HELLO and another envelope in its frame", FIRST, peer -> {
            peer.say(peer.hand.hello(1, 1, 0), new Control.Ping(1));
            peer.rejects(Reject.MALFORMED);
            assertThat(peer.wire.said).hasSize(1);
        });
        acceptor("HELLO", "it closes", peer -> {
            peer.victim.replyAsync(
                    PointToPointChannel.of("victim/hold", String.class).withReply(String.class),
                    question -> new CompletableFuture<>());
            Wire other = peer.hand.dial(peer.victim.self().address()).sayHello();
            other.send(peer.hand.request("victim/hold", "for ever"));
            peer.mesh.settle();
            var closed = peer.victim.closeAsync(Duration.ofMinutes(1));
            peer.mesh.settle();
            assertThat(closed).isNotDone();
            peer.say(peer.hand.hello(1, 1, 0));
            peer.rejects(Reject.OVERLOADED);
        });
        acceptor("an envelope that is no HELLO", FIRST, peer -> {
            peer.say(new Control.Ping(1));
            peer.hangsUp();
            var own = new AtAcceptor();
            own.say(own.hand.request("victim/ask", "no hello"));
            own.hangsUp();
            assertThat(own.handled).isEmpty();
        });
        acceptor("octets that are no frame", FIRST, peer -> {
            peer.say(noFrame());
            peer.hangsUp();
        });
        acceptor("HELLO", "after REJECT", peer -> {
            peer.say(peer.hand.hello(2, 9, 0));
            peer.rejects(Reject.VERSION);
            peer.say(peer.hand.hello(1, 1, 0));
            assertThat(peer.wire.said).hasSize(1);
        });
    }

    private static void acceptorsLater() {
        acceptor("HELLO", WELCOMED, peer -> {
            peer.welcomed().say(peer.hand.hello(1, 1, 0));
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("WELCOME", WELCOMED, peer -> {
            peer.welcomed().say(peer.hand.welcome());
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("REPLY", WELCOMED, peer -> {
            peer.welcomed().say(peer.hand.reply(new MessageId(7, 7), "x"));
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("EVENT", WELCOMED, peer -> {
            peer.welcomed().say(event(peer.hand));
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("an unknown kind", WELCOMED, peer -> {
            peer.welcomed().say(unknownKind());
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("octets that are no frame", WELCOMED, peer -> {
            peer.welcomed().say(noFrame());
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("CREDIT, less than before", WELCOMED, peer -> {
            peer.welcomed().say(new Control.Credit(1, 1));
            peer.nothing();
        });
        acceptor("CREDIT of 2^63", WELCOMED, peer -> {
            peer.welcomed().say(greatestCredit());
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("PING", WELCOMED, peer -> peer.welcomed().isAlive());
        acceptor("PONG that was not asked for", WELCOMED, peer -> {
            peer.welcomed().say(new Control.Pong(1));
            peer.nothing();
        });
        acceptor("CANCEL of an unknown id", WELCOMED, peer -> {
            peer.welcomed().say(new Control.Cancel(7, 7));
            peer.nothing();
        });
        acceptor("REJECT", WELCOMED, peer -> {
            peer.welcomed().say(new Reject(Reject.QUIET, "enough"));
            peer.hangsUp();
        });
    }

    private static void acceptorsMessages() {
        acceptor("a malformed envelope behind a REQUEST in the frame", WELCOMED, peer -> {
            byte[] good = frame(peer.hand.request("victim/ask", "good"));
            byte[] bad = unknownKind();
            byte[] both = Arrays.copyOf(good, good.length + bad.length - FrameFormat.OVERHEAD);
            System.arraycopy(bad, FrameFormat.OVERHEAD, both, good.length, bad.length - FrameFormat.OVERHEAD);
            peer.welcomed().say(both);
            peer.rejects(Reject.MALFORMED);
            assertThat(peer.handled).containsExactly("good");
        });
        acceptor("REQUEST to an unknown channel", WELCOMED, peer -> {
            peer.welcomed().say(peer.hand.request("victim/none", "x"));
            assertThat(peer.faults()).containsExactly(FaultCode.UNKNOWN_CHANNEL.wireValue());
            peer.isAlive();
        });
        acceptor("REQUEST with the id of one before", WELCOMED, peer -> {
            WireMessage request = peer.hand.request("victim/ask", "twice");
            peer.welcomed().say(frame(request));
            peer.say(frame(request));
            assertThat(peer.handled).containsExactly("twice", "twice");
            assertThat(peer.wire.said(WireMessage.class))
                    .hasSize(2)
                    .allMatch(reply -> request.id.equals(reply.inReplyTo));
            peer.isAlive();
        });
        acceptor("ONE-WAY with the id of one before", WELCOMED, peer -> {
            WireMessage message = peer.hand.oneWay("victim/tell", "twice");
            peer.welcomed().say(frame(message));
            peer.say(frame(message));
            assertThat(peer.handled).containsExactly("5 octets", "5 octets");
            peer.isAlive();
        });
        acceptor("REQUEST beyond the credit", WELCOMED, peer -> {
            peer.victim.replyAsync(
                    PointToPointChannel.of("victim/hold", String.class).withReply(String.class),
                    question -> new CompletableFuture<>());
            peer.welcomed();
            for (int i = 0; i < 11; i++) {
                peer.say(peer.hand.request("victim/hold", "x"));
            }
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("RESPONSE to an unknown SURVEY", WELCOMED, peer -> {
            peer.welcomed().say(response(peer.hand));
            peer.nothing();
        });
        acceptor("FAULT to an unknown message", WELCOMED, peer -> {
            peer.welcomed().say(fault(peer.hand));
            peer.nothing();
        });
        acceptor("a message in CHUNKs that is larger than its `max-frame` less 2", WELCOMED, peer -> {
            long maxFrame = maxFrame(peer);
            byte[] begin = FrameWriter.beginningOf(peer.hand.oneWay("victim/tell", ""));
            peer.say(frame(new Control.Chunk(
                    maxFrame - FrameFormat.OVERHEAD - FrameFormat.LENGTH - begin.length + 1, begin, 0, begin.length)));
            peer.rejects(Reject.MALFORMED);
        });
        acceptor("a message in one CHUNK, `max-frame` less 2 in octets", WELCOMED, peer -> {
            int octets = (int) maxFrame(peer) - FrameFormat.OVERHEAD;
            byte[] frame = inOneChunk(peer.hand, octets);
            assertThat(frame.length - FrameFormat.OVERHEAD)
                    .as("the CHUNK itself")
                    .isGreaterThan(octets);
            peer.say(frame);
            assertThat(peer.handled).hasSize(1);
            peer.isAlive();
        });
    }

    private static long maxFrame(AtAcceptor peer) {
        peer.say(peer.hand.hello(1, 1, 0));
        long maxFrame = peer.wire.said(Control.Welcome.class).get(0).terms().maxFrame();
        peer.wire.said.clear();
        return maxFrame;
    }

    private static void diallersFirst() {
        dialler("WELCOME", HELLO_SAID, peer -> peer.welcomed().nothing());
        dialler("WELCOME of another version", HELLO_SAID, peer -> {
            Control.Welcome right = peer.far.welcome();
            peer.dialled().say(new Control.Welcome(2, right.speaker(), right.terms()));
            peer.rejects();
        });
        dialler("WELCOME of another incarnation than was meant", HELLO_SAID, peer -> {
            peer.dialled()
                    .say(new Control.Welcome(
                            1,
                            new Control.PeerId(77, "far", "far-wire"),
                            peer.far.welcome().terms()));
            assertThat(peer.wire().said).hasSize(1);
            assertThat(peer.wire().down).isTrue();
            assertThat(peer.dialledWithin(Duration.ofSeconds(10))).isGreaterThan(1);
        });
        dialler("WELCOME with a name outside the grammar", HELLO_SAID, peer -> {
            peer.dialled()
                    .say(new Control.Welcome(
                            1,
                            new Control.PeerId(WirePeer.INCARNATION, "far", "far\u001b[2J"),
                            peer.far.welcome().terms()));
            peer.rejects();
        });
        dialler("WELCOME and another envelope in its frame", HELLO_SAID, peer -> {
            peer.dialled().say(peer.far.welcome(), new Control.Credit(2000, 1 << 21));
            peer.rejects();
            assertThat(peer.requests()).isEmpty();
        });
        Map<String, Control> early = Map.of(
                "PING", new Control.Ping(1),
                "CREDIT", new Control.Credit(1, 1),
                "FINISHED", new Control.Finished(List.of(1L), List.of(1)));
        early.forEach((kind, control) -> dialler(kind, HELLO_SAID, peer -> {
            peer.dialled().say(control);
            peer.rejects();
        }));
        dialler("REPLY", HELLO_SAID, peer -> {
            peer.dialled().say(peer.far.reply(new MessageId(7, 7), "x"));
            peer.rejects();
        });
        dialler("CHUNK", HELLO_SAID, peer -> {
            byte[] whole = FrameWriter.beginningOf(peer.far.reply(new MessageId(7, 7), ""));
            peer.dialled().say(new Control.Chunk(0, whole, 0, whole.length));
            peer.rejects();
        });
        for (int code : new int[] {Reject.VERSION, Reject.UNAUTHORIZED, Reject.OVERLOADED}) {
            boolean isFinal = code != Reject.OVERLOADED;
            dialler("REJECT " + code, HELLO_SAID, peer -> {
                peer.onHello = wire -> wire.send(new Reject(code, "no"));
                peer.dialled();
                assertThat(peer.wire().down).isTrue();
                int soon = peer.dialledWithin(Duration.ofSeconds(14));
                assertThat(soon).satisfies(often -> assertThat(often > 1).isNotEqualTo(isFinal));
                assertThat(peer.dialledWithin(Duration.ofSeconds(20)))
                        .as("it does try again")
                        .isGreaterThan(soon);
            });
        }
    }

    private static void diallersLater() {
        dialler("WELCOME", WELCOMED, peer -> {
            peer.welcomed().say(peer.far.welcome());
            peer.rejects();
        });
        dialler("HELLO", WELCOMED, peer -> {
            peer.welcomed().say(peer.far.hello(1, 1, 0));
            peer.rejects();
        });
        dialler("REQUEST", WELCOMED, peer -> {
            peer.welcomed().say(peer.far.request("near/ask", "x"));
            peer.rejects();
        });
        dialler("ONE-WAY", WELCOMED, peer -> {
            peer.welcomed().say(peer.far.oneWay("near/tell", "x"));
            peer.rejects();
        });
        dialler("RESPONSE", WELCOMED, peer -> {
            peer.welcomed().say(response(peer.far));
            peer.rejects();
        });
        dialler("CANCEL", WELCOMED, peer -> {
            peer.welcomed().say(new Control.Cancel(7, 7));
            peer.rejects();
        });
        dialler("CREDIT, less than before", WELCOMED, peer -> {
            peer.welcomed().say(new Control.Credit(2000, 1 << 21));
            peer.nothing();
            peer.say(new Control.Credit(1999, 1 << 21));
            peer.rejects();
        });
        dialler("CREDIT, the same as before", WELCOMED, peer -> {
            peer.welcomed().say(new Control.Credit(2000, 1 << 21));
            peer.say(new Control.Credit(2000, 1 << 21));
            peer.nothing();
        });
        dialler("CREDIT of 2^63", WELCOMED, peer -> {
            peer.welcomed().say(greatestCredit());
            peer.rejects();
        });
        dialler("PING", WELCOMED, peer -> peer.welcomed().isAlive());
        dialler("PONG that was not asked for", WELCOMED, peer -> {
            peer.welcomed().say(new Control.Pong(1));
            peer.nothing();
        });
        dialler("REPLY to an unknown REQUEST", WELCOMED, peer -> {
            peer.welcomed().say(peer.far.reply(new MessageId(peer.near.self().incarnation(), 999), "x"));
            peer.nothing();
        });
        dialler("REPLY to a REQUEST that is answered", WELCOMED, peer -> {
            MessageId asked = peer.welcomed().requests().get(0).id;
            peer.say(peer.far.reply(asked, "once"));
            peer.say(peer.far.reply(asked, "twice"));
            peer.nothing();
        });
        dialler("GOING-AWAY", WELCOMED, peer -> {
            peer.welcomed().say(new Control.GoingAway(60_000));
            peer.near.requestor(FAR_ASK).requestAsync("another", Duration.ofSeconds(1));
            peer.mesh.run(Duration.ofSeconds(2));
            assertThat(peer.requests()).hasSize(1);
            peer.isAlive();
        });
        dialler("REJECT 5", WELCOMED, peer -> {
            peer.welcomed().say(new Reject(Reject.OVERLOADED, "others need the memory"));
            assertThat(peer.wire().down).isTrue();
            assertThat(peer.dialledWithin(Duration.ofSeconds(3))).isEqualTo(1);
            peer.near.requestor(FAR_ASK).requestAsync("another", Duration.ofSeconds(1));
            assertThat(peer.dialledWithin(Duration.ofSeconds(1))).isEqualTo(2);
            assertThat(peer.far.messages()).hasSize(2);
        });
        dialler("octets that are no frame", WELCOMED, peer -> {
            peer.welcomed().say(noFrame());
            peer.rejects();
        });
    }

    static Stream<String> acceptorRows() {
        return ACCEPTOR.keySet().stream();
    }

    static Stream<String> diallerRows() {
        return DIALLER.keySet().stream();
    }

    static Stream<String> subscriberRows() {
        return SUBSCRIBER.keySet().stream();
    }

    static Stream<String> publisherRows() {
        return PUBLISHER.keySet().stream();
    }

    static Stream<String> routerRows() {
        return ROUTER.keySet().stream();
    }

    static Stream<String> relayRows() {
        return RELAY.keySet().stream();
    }

    static Stream<String> surveyorRows() {
        return SURVEYOR.keySet().stream();
    }

    static Stream<String> responderRows() {
        return RESPONDER.keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptorRows")
    void acceptorDoesWhatTheTableSays(String row) {
        ACCEPTOR.get(row).accept(new AtAcceptor());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("diallerRows")
    void diallerDoesWhatTheTableSays(String row) {
        DIALLER.get(row).accept(new AtDialler());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subscriberRows")
    void subscriberDoesWhatTheTableSays(String row) {
        SUBSCRIBER.get(row).accept(new FeedRows.AtSubscriber());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publisherRows")
    void publisherDoesWhatTheTableSays(String row) {
        PUBLISHER.get(row).accept(new PublisherRows.AtPublisher());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routerRows")
    void routerDoesOnLinksWhatTheTableSays(String row) {
        ROUTER.get(row).accept(new AtRouter());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("relayRows")
    void routerDoesOnFeedsWhatTheTableSays(String row) {
        RELAY.get(row).accept(new RouterFeedRows.AtRelay());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("surveyorRows")
    void surveyorDoesWhatTheTableSays(String row) {
        SURVEYOR.get(row).accept(new SurveyRows.AtSurveyor());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responderRows")
    void responderDoesWhatTheTableSays(String row) {
        RESPONDER.get(row).accept(new SurveyRows.AtResponder());
    }

    @Test
    void everyRowOfTheTableHasATestAndEveryTestARow() throws IOException {
        String document = Files.readString(DOCUMENT);
        String section = document.substring(document.indexOf("\n## 16. "));
        List<String> rows = section.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| what comes"))
                .map(line -> line.split("\\|"))
                .map(cells -> row(cells[1].strip(), cells[2].strip(), cells[3].strip()))
                .toList();
        assertThat(rows)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ACCEPTOR, DIALLER, SUBSCRIBER, PUBLISHER, ROUTER, RELAY, SURVEYOR, RESPONDER)
                                .flatMap(tests -> tests.keySet().stream())
                                .toList());
    }

    @Test
    void requestsGoToThoseThatAnnounceTheChannelAndElseToAnyInstance() {
        var mesh = new Simulation(18);
        var silent = new WirePeer(mesh, "far");
        Peer near = mesh.open("near");
        var other = new WirePeer(mesh, "far");
        silent.announce(Map.of(ChannelName.parse("far/other"), InteractionStyle.REQUEST), 1);
        mesh.settle();
        near.requestor(FAR_ASK).requestAsync("first", Duration.ofMinutes(1));
        mesh.settle();
        assertThat(silent.heard).as("nobody announces the channel").anyMatch(WireMessage.class::isInstance);
        other.announce(Map.of(ChannelName.parse("far/ask"), InteractionStyle.REQUEST), 2);
        mesh.settle();
        silent.heard.clear();
        for (int i = 0; i < 10; i++) {
            near.requestor(FAR_ASK).requestAsync("next", Duration.ofMinutes(1));
        }
        mesh.settle();
        assertThat(silent.heard).noneMatch(WireMessage.class::isInstance);
        assertThat(other.heard).filteredOn(WireMessage.class::isInstance).hasSize(10);
    }

    @Test
    void subscribersFollowThoseThatPublishTheChannelAndThoseThatAnnounceNone() {
        var mesh = new Simulation(19);
        var publisher = new WirePeer(mesh, "far")
                .announce(Map.of(ChannelName.parse("far/events"), InteractionStyle.PUBLISH), 1);
        var other =
                new WirePeer(mesh, "far").announce(Map.of(ChannelName.parse("far/ask"), InteractionStyle.REQUEST), 2);
        var quiet = new WirePeer(mesh, "far").announce(Map.of(), 3);
        Peer near = mesh.open("near");
        near.subscribe(PublishSubscribeChannel.of("far/events", String.class), message -> {});
        mesh.settle();
        assertThat(publisher.subscribed).isNotEmpty();
        assertThat(quiet.subscribed).isNotEmpty();
        assertThat(other.subscribed).isEmpty();
    }
}
