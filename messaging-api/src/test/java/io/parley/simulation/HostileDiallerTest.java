package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Those who dial and do not keep to the protocol: they get nothing for it, and others are served as before. In virtual time. */
class HostileDiallerTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("victim/ask", String.class).withReply(String.class);

    private final Simulation mesh = new Simulation(9);
    private final Peer victim =
            mesh.open(mesh.builder("victim").limits(Limits.defaults().withWindow(10, 5 * 1024 * 1024)));
    private final Peer honest = mesh.open("honest");
    private final WirePeer hostile = new WirePeer(mesh, "hostile");
    private final List<String> handled = new ArrayList<>();

    HostileDiallerTest() {
        victim.reply(ASK, request -> {
            handled.add(request.payload());
            return "answer to " + request.payload();
        });
        mesh.settle();
    }

    private WirePeer.Wire dial() {
        WirePeer.Wire wire = hostile.dial(victim.self().address());
        mesh.settle();
        return wire;
    }

    private WirePeer.Wire dialReady() {
        WirePeer.Wire wire = dial().sayHello();
        mesh.settle();
        assertThat(wire.said(Control.Welcome.class)).hasSize(1);
        return wire;
    }

    private void assertServesOthers() {
        var asked = honest.requestor(ASK).requestAsync("honest");
        mesh.settle();
        assertThat(asked).isCompletedWithValue("answer to honest");
    }

    @Test
    void shouldTellOfNamesThatStrangersMakeUpWithoutHarm() {
        WirePeer.Wire wire = dialReady();
        wire.send(
                hostile.request("victim/no-such", "a"),
                hostile.request("victim/\033[2J\u202Eevil\n", "b"),
                hostile.request("x".repeat(190), "c"));
        mesh.settle();

        List<MessageFlow> refused = mesh.flows.stream()
                .filter(flow -> flow.step() == FlowStep.REFUSED)
                .map(MessageFlow.class::cast)
                .toList();
        assertThat(refused)
                .extracting(flow -> flow.channel().toString())
                .containsExactly("victim/no-such", "unknown/unknown", "unknown/unknown");
        assertThat(refused)
                .extracting(MessageFlow::detail)
                .containsExactly(
                        "victim/victim-1 does not serve victim/no-such",
                        "victim/victim-1 does not serve victim/\\u001b[2J\\u202eevil\\n",
                        "victim/victim-1 does not serve " + "x".repeat(190));
        assertServesOthers();
    }

    private static int rejection(WirePeer.Wire wire) {
        assertThat(wire.said(Control.Reject.class)).hasSize(1);
        assertThat(wire.down).isTrue();
        return wire.said(Control.Reject.class).get(0).code();
    }

    @Test
    void shouldNotAnswerStrangersWhateverTheySay() {
        var random = new byte[40];
        new Random(1).nextBytes(random);
        var sayings = new ArrayList<byte[]>();
        sayings.add(random);
        sayings.add("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        sayings.add(Frames.of(new Control.Ping(1)));
        sayings.add(Frames.of(new Control.Credit(1, 1)));
        sayings.add(Frames.of(hostile.welcome()));
        sayings.add(frame(hostile.request("victim/ask", "no hello")));
        sayings.add(new byte[] {'P', 2, 0, 0, 0, 1, 1});
        byte[] whole = FrameWriter.beginningOf(hostile.request("victim/ask", "no hello"));
        sayings.add(Frames.of(new Control.Chunk(100, whole, 0, 10)));
        sayings.add(Frames.of(new Control.Chunk(0, whole, 0, whole.length)));
        for (byte[] saying : sayings) {
            WirePeer.Wire wire = dial().send(saying).send(saying);
            mesh.settle();
            assertThat(wire.said).isEmpty();
            assertThat(wire.down).isTrue();
        }
        assertThat(handled).isEmpty();
        assertThat(victim.counters().malformedFrames()).isEqualTo(sayings.size());
        assertThat(mesh.errors).as("told once").hasSize(1);
        assertServesOthers();
    }

    @Test
    void shouldRejectThoseWithWhomItHasNoVersionInCommonOrWhoMeantAnother() {
        assertThat(rejection(say(hostile.hello(2, 9, 0)))).isEqualTo(Control.Reject.VERSION);
        assertThat(rejection(say(hostile.hello(1, 1, 4711)))).isEqualTo(Control.Reject.INCARNATION);
        WirePeer.Wire wide = say(hostile.hello(0, 255, victim.self().incarnation()));
        assertThat(wide.said(Control.Welcome.class)).hasSize(1);
        assertThat(wide.said(Control.Welcome.class).get(0).version()).isEqualTo(1);
        assertServesOthers();
    }

    private WirePeer.Wire say(Control.Hello hello) {
        WirePeer.Wire wire = dial().send(hello);
        mesh.settle();
        return wire;
    }

    @Test
    void shouldEndALinkInMidConversationWhenItIsBroken() {
        var breaches = new ArrayList<byte[]>();
        breaches.add(new byte[] {'P', 1, 0x40, 0, 0, 0, 0x10});
        breaches.add(Frames.of(hostile.hello(1, 1, 0)));
        breaches.add(Frames.of(hostile.welcome()));
        breaches.add(frame(hostile.reply(new MessageId(1, 1), "a reply from a dialler")));
        WireMessage event = hostile.message(SharedFields.of(EnvelopeKind.EVENT).on("victim/ask"));
        event.number(1, 0);
        breaches.add(frame(event));
        for (byte[] breach : breaches) {
            WirePeer.Wire wire = dialReady();
            byte[] good = frame(hostile.request("victim/ask", "before"));
            wire.send(concat(good, breach)).send(frame(hostile.request("victim/ask", "after")));
            mesh.settle();
            assertThat(rejection(wire)).isEqualTo(Control.Reject.MALFORMED);
        }
        assertThat(handled)
                .as("what came before the breach stands")
                .hasSize(breaches.size())
                .containsOnly("before");
        assertThat(victim.counters().malformedFrames()).isEqualTo(breaches.size());
        assertServesOthers();
    }

    @Test
    void shouldEndALinkWhoseGrantIsOverdrawn() {
        var hold = new CompletableFuture<String>();
        var slow = PointToPointChannel.of("victim/slow", String.class).withReply(String.class);
        victim.replyAsync(slow, request -> hold);
        WirePeer.Wire wire = dialReady();
        for (int i = 0; i < 10; i++) {
            wire.send(hostile.request("victim/slow", "within"));
        }
        mesh.settle();
        assertThat(wire.down).isFalse();
        wire.send(hostile.request("victim/slow", "beyond"));
        mesh.settle();
        assertThat(rejection(wire)).isEqualTo(Control.Reject.MALFORMED);
        hold.complete("too late");
        mesh.settle();
        assertServesOthers();
    }

    @Test
    void shouldGrantAnewWhatItHasFinishedAndNoMore() {
        WirePeer.Wire wire = dialReady();
        for (int i = 0; i < 100; i++) {
            wire.send(hostile.request("victim/ask", "q" + i), hostile.oneWay("victim/nowhere", "refused"));
            mesh.settle();
        }
        assertThat(wire.down).isFalse();
        assertThat(wire.said(WireMessage.class)).hasSize(200);
        var credits = wire.said(Control.Credit.class);
        assertThat(credits).hasSizeBetween(20, 41);
        assertThat(credits.get(credits.size() - 1).messages()).isBetween(205L, 210L);
        assertThat(credits).extracting(Control.Credit::messages).isSorted();
    }

    @Test
    void shouldNotBeginARequestWithNoTimeLeft() {
        WireMessage request = hostile.request("victim/ask", "late already");
        request.remaining(0);
        WirePeer.Wire wire = dialReady().send(request);
        mesh.settle();
        assertThat(wire.said(WireMessage.class)).singleElement().satisfies(answer -> {
            assertThat(answer.kind()).isEqualTo(EnvelopeKind.FAULT);
            assertThat(answer.fault()).isEqualTo(FaultCode.TOO_LATE.wireValue());
            assertThat(answer.inReplyTo).isEqualTo(request.id);
        });
        assertThat(handled).isEmpty();
    }

    @Test
    void shouldAnswerEveryRequestThoughTheDiallerTakesButTheSmallestFrames() {
        var chatty = PointToPointChannel.of("victim/chatty", String.class).withReply(String.class);
        victim.replyAsync(chatty, request -> {
            if (request.payload().equals("fail")) {
                throw new IllegalStateException("so much to say: " + "x".repeat(3000));
            }
            return CompletableFuture.completedFuture("x".repeat(3000));
        });
        var small = new Control.Hello(
                1, 1, new Control.PeerId(1, "hostile", "small"), 0, new Control.LinkLimits(1024, 1, 1024));
        WirePeer.Wire wire = say(small);
        for (String payload : List.of("fail", "answer at length")) {
            WireMessage request = hostile.request("victim/chatty", payload);
            request.details().correlation = "c".repeat(255);
            wire.send(request);
        }
        mesh.settle();
        assertThat(wire.said(WireMessage.class))
                .extracting(answer -> answer.fault())
                .containsExactlyInAnyOrder(
                        FaultCode.HANDLER_FAILED.wireValue(), FaultCode.UNSENDABLE_REPLY.wireValue());
        var closed = victim.closeAsync(Duration.ofMinutes(1));
        mesh.settle();
        assertThat(closed).as("the farewell is not answered yet").isNotDone();
        wire.said(Control.Ping.class).forEach(ping -> wire.send(new Control.Pong(ping.token())));
        mesh.run(Duration.ofSeconds(1));
        assertThat(closed).as("nothing is left in hand").isCompleted();
    }

    @Test
    void shouldStayResponsiveUnderOneHundredThousandFramesOfRandomOctets() {
        var random = new Random(77);
        List<byte[]> seeds = List.of(
                frame(hostile.request("victim/ask", "fuzz")),
                frame(hostile.oneWay("victim/ask", "fuzz")),
                Frames.of(hostile.hello(1, 1, 0)),
                Frames.of(new Control.Cancel(1, 2)),
                Frames.of(new Control.Ping(3)));
        WirePeer.Wire wire = dialReady();
        for (int i = 0; i < 100_000; i++) {
            if (wire.down) {
                wire = hostile.dial(victim.self().address());
                if (random.nextInt(4) > 0) {
                    wire.sayHello();
                }
            }
            byte[] frame = seeds.get(random.nextInt(seeds.size())).clone();
            if (random.nextInt(3) == 0) {
                frame = new byte[1 + random.nextInt(100)];
                random.nextBytes(frame);
            } else {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            wire.send(frame);
            mesh.environment.run();
            if (i % 20_000 == 0) {
                assertServesOthers();
            }
        }
        mesh.run(Duration.ofSeconds(30));
        assertServesOthers();
        assertThat(victim.counters().malformedFrames()).isGreaterThan(20_000);
        assertThat(mesh.errors.size())
                .as("told at most once in ten seconds for each kind")
                .isLessThan(40);
    }

    @Test
    void shouldAnswerPingsAndForgetCancelsOfRequestsThatNeverWere() {
        WirePeer.Wire wire = dialReady();
        for (int i = 0; i < 5000; i++) {
            wire.send(new Control.Cancel(1 + i, 1)).send(new Control.Ping(i));
        }
        mesh.settle();
        assertThat(wire.said(Control.Pong.class)).hasSize(5000);
        assertServesOthers();
    }

    @Test
    void shouldRejectNewLinksWhileClosing() {
        var inline = PointToPointChannel.of("victim/hold", String.class).withReply(String.class);
        victim.replyAsync(inline, HandlerOptions.inline(), request -> new CompletableFuture<>());
        WirePeer.Wire before = dialReady().send(hostile.request("victim/hold", "for ever"));
        mesh.settle();
        var closed = victim.closeAsync(Duration.ofSeconds(3));
        mesh.settle();
        assertThat(before.said(Control.GoingAway.class)).hasSize(1);
        before.send(hostile.request("victim/ask", "crossing"));
        mesh.settle();
        assertThat(before.said(WireMessage.class)).singleElement().satisfies(answer -> assertThat(answer.kind())
                .isEqualTo(EnvelopeKind.REPLY));
        before.said(Control.Ping.class).forEach(ping -> before.send(new Control.Pong(ping.token())));
        before.send(hostile.request("victim/ask", "after the PONG"));
        mesh.settle();
        assertThat(before.said(WireMessage.class)).last().satisfies(answer -> assertThat(answer.fault())
                .isEqualTo(FaultCode.GOING_AWAY.wireValue()));
        assertThat(rejection(say(hostile.hello(1, 1, 0)))).isEqualTo(Control.Reject.OVERLOADED);
        mesh.run(Duration.ofSeconds(4));
        assertThat(closed).isCompleted();
        assertThat(before.down).isTrue();
    }

    private static byte[] frame(WireMessage message) {
        var out = new FrameWriter();
        out.append(message);
        return out.take();
    }

    /** The envelopes of two frames in one. */
    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length - FrameFormat.OVERHEAD);
        System.arraycopy(other, FrameFormat.OVERHEAD, both, one.length, other.length - FrameFormat.OVERHEAD);
        return both;
    }
}
