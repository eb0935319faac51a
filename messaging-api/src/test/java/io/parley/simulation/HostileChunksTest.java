package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.testkit.Await;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Those who dial and do not keep to the rules for chunks and repetitions. In virtual time. */
class HostileChunksTest {

    private static final int REPEAT = 0x18;
    private static final int CHUNK = 0x19;
    private static final byte REQUEST = 0x10;
    private static final int HIGHEST_KIND = 0x22;
    /** And ONE-WAY, RESPONSE, FAULT. */
    private static final Set<Integer> MESSAGES_OF_A_DIALLER = Set.of((int) REQUEST, 0x13, 0x16, 0x12);

    private static final Set<Integer> MESSAGES_OF_AN_ACCEPTOR = Set.of(0x11);

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("victim/ask", String.class).withReply(String.class);

    private final Simulation mesh = new Simulation(10);
    private final Peer victim = mesh.open("victim");
    private final Peer honest = mesh.open("honest");
    private final WirePeer hostile = new WirePeer(mesh, "hostile");
    private final List<String> handled = new ArrayList<>();

    HostileChunksTest() {
        victim.reply(ASK, request -> {
            handled.add(request.payload());
            return "answer to " + request.payload();
        });
        mesh.settle();
    }

    private WirePeer.Wire dialReady() {
        WirePeer.Wire wire = hostile.dial(victim.self().address());
        mesh.settle();
        wire.sayHello();
        mesh.settle();
        assertThat(wire.said(Control.Welcome.class)).hasSize(1);
        return wire;
    }

    private void assertServesOthers() {
        var asked = honest.requestor(ASK).requestAsync("honest");
        mesh.settle();
        assertThat(asked).isCompletedWithValue("answer to honest");
    }

    private static int rejection(WirePeer.Wire wire) {
        assertThat(wire.said(Control.Reject.class)).hasSize(1);
        assertThat(wire.down).isTrue();
        return wire.said(Control.Reject.class).get(0).code();
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

    /** A request's envelope as it goes in chunks, with a payload of one letter. */
    private byte[] beginning(String channel) {
        byte[] beginning = FrameWriter.beginningOf(hostile.request(channel, "x"));
        byte[] all = Arrays.copyOf(beginning, beginning.length + 1);
        all[beginning.length] = 'x';
        return all;
    }

    private static byte[] chunk(long rest, byte[] octets) {
        return Frames.of(new Control.Chunk(rest, octets, 0, octets.length));
    }

    private static byte[] chunk(byte[] envelope, int from, int to) {
        return chunk(envelope.length - to, Arrays.copyOfRange(envelope, from, to));
    }

    private static byte[] raw(int kind, byte... body) {
        return ByteBuffer.allocate(FrameFormat.OVERHEAD + FrameFormat.LENGTH + 1 + body.length)
                .put((byte) 'P')
                .put((byte) FrameFormat.VERSION)
                .putInt(1 + body.length)
                .put((byte) kind)
                .put(body)
                .array();
    }

    /** What a link sends, frame by frame, of which the last one breaks a rule. */
    private void assertEachEndsItsLink(List<List<byte[]>> breaches) {
        for (int i = 0; i < breaches.size(); i++) {
            WirePeer.Wire wire = dialReady();
            List<byte[]> frames = breaches.get(i);
            for (byte[] frame : frames) {
                assertThat(wire.down).as("breach %d, before its end", i).isFalse();
                wire.send(frame);
                mesh.settle();
            }
            assertThat(wire.down).as("breach %d", i).isTrue();
            assertThat(rejection(wire)).isEqualTo(Control.Reject.MALFORMED);
            assertThat(wire.said(Control.Reject.class).get(0).reason()).isNotEmpty();
            assertServesOthers();
        }
        assertThat(victim.counters().malformedFrames()).isEqualTo(breaches.size());
        assertThat(mesh.errors).isNotEmpty().allMatch(error -> error.contains("hostile"));
        assertThat(handled).as("nothing of a broken transfer").containsOnly("honest");
    }

    @Test
    void shouldEndALinkOnWhichChunksBreakARule() {
        byte[] whole = beginning("victim/ask");
        int end = whole.length;
        byte[] first = chunk(whole, 0, 10);
        int largest = Limits.defaults().maxMessageBytes() + 66 * 1024 - 2;
        var breaches = new ArrayList<List<byte[]>>();
        breaches.add(List.of(first, first));
        breaches.add(List.of(first, chunk(whole, 11, end)));
        breaches.add(List.of(first, chunk(whole, 9, end)));
        breaches.add(List.of(first, chunk(end - 11, new byte[5])));
        breaches.add(List.of(first, chunk(0, new byte[1])));
        breaches.add(List.of(first, chunk(0xFFFF_FFFFL, new byte[1])));
        breaches.add(List.of(first, chunk(whole, 10, 20), chunk(whole, 0, 10)));
        breaches.add(List.of(chunk(largest - FrameFormat.LENGTH - 9, new byte[10])));
        breaches.add(List.of(chunk(0xFFFF_FFFFL, new byte[1])));
        breaches.add(List.of(chunk(0x7FFF_FFFFL, new byte[1])));
        breaches.add(List.of(raw(CHUNK)));
        breaches.add(List.of(raw(CHUNK, (byte) 0, (byte) 0, (byte) 0)));
        breaches.add(List.of(raw(CHUNK, (byte) 0, (byte) 0, (byte) 0, (byte) 0)));
        breaches.add(List.of(first, raw(CHUNK, (byte) 0, (byte) 0, (byte) 0, (byte) 0)));
        breaches.add(List.of(first, "garbage".getBytes(StandardCharsets.US_ASCII)));
        breaches.add(List.of(first, new byte[] {'P', 1, 0, 0, 0, 0}));
        assertEachEndsItsLink(breaches);
    }

    @Test
    void shouldEndALinkOnWhichWhatCameInChunksIsNoMessageInFull() {
        var breaches = new ArrayList<List<byte[]>>();
        for (int kind = 0; kind <= HIGHEST_KIND; kind++) {
            if (!MESSAGES_OF_A_DIALLER.contains(kind)) {
                byte[] whole = beginning("victim/ask");
                whole[0] = (byte) kind;
                // No message at all is found out with the first chunk, one that has no business here with the last.
                byte[] begun = chunk(whole, 0, 10);
                breaches.add(
                        MESSAGES_OF_AN_ACCEPTOR.contains(kind)
                                ? List.of(begun, chunk(whole, 10, whole.length))
                                : List.of(begun));
                breaches.add(List.of(chunk(0, whole)));
            }
        }
        byte[] badForm = beginning("victim/ask");
        badForm[1 + 16] = 9;
        breaches.add(List.of(chunk(badForm, 0, 5), chunk(badForm, 5, badForm.length)));
        byte[] fieldsBeyondItsEnd = beginning("victim/ask");
        fieldsBeyondItsEnd[1 + 16 + 1] = (byte) 0xFF;
        breaches.add(
                List.of(chunk(fieldsBeyondItsEnd, 0, 30), chunk(fieldsBeyondItsEnd, 30, fieldsBeyondItsEnd.length)));
        byte[] cutShort = Arrays.copyOf(beginning("victim/ask"), 12);
        breaches.add(List.of(chunk(cutShort, 0, 6), chunk(cutShort, 6, cutShort.length)));
        breaches.add(List.of(chunk(0, new byte[] {REQUEST})));
        assertEachEndsItsLink(breaches);
    }

    @Test
    void shouldEndALinkOnWhichARepetitionNamesWhatIsNotThere() {
        byte[] one = frame(hostile.oneWay("victim/nowhere", "x"));
        byte[] answer = frame(fault());
        var breaches = new ArrayList<List<byte[]>>();
        breaches.add(List.of(repeat(0)));
        breaches.add(List.of(repeat(255)));
        breaches.add(List.of(one, repeat(0)));
        breaches.add(List.of(concat(one, repeat(1))));
        breaches.add(List.of(concat(one, concat(repeat(0), repeat(1)))));
        breaches.add(List.of(concat(Frames.of(new Control.Ping(1)), repeat(0))));
        breaches.add(List.of(concat(answer, repeat(0))));
        breaches.add(List.of(concat(one, concat(answer, repeat(1)))));
        breaches.add(List.of(concat(one, raw(REPEAT))));
        breaches.add(List.of(concat(one, raw(REPEAT, (byte) 0, (byte) 0))));
        breaches.add(List.of(concat(chunk(0, beginning("victim/nowhere")), repeat(0))));
        assertEachEndsItsLink(breaches);
    }

    private WireMessage fault() {
        WireMessage fault = hostile.message(SharedFields.of(EnvelopeKind.FAULT));
        fault.inReplyTo = new MessageId(victim.self().incarnation(), 999);
        fault.details().fault = 1;
        return fault;
    }

    /** A REPEAT of a one-way message: all right but for its index. */
    private static byte[] repeat(int index) {
        var body = new byte[1 + 8 + 2];
        body[0] = (byte) index;
        body[8] = 77;
        return raw(REPEAT, body);
    }

    @Test
    void shouldTakeMessagesInChunksHoweverSmallWithOthersBetweenThem() {
        WirePeer.Wire wire = dialReady();
        for (int size : new int[] {1, 7, 50, 1000}) {
            byte[] whole = beginning("victim/ask");
            for (int at = 0; at < whole.length; at += size) {
                wire.send(chunk(whole, at, Math.min(whole.length, at + size)));
                wire.send(new Control.Ping(at));
            }
            mesh.settle();
            wire.send(hostile.request("victim/ask", "between"));
        }
        mesh.settle();
        assertThat(wire.down).isFalse();
        assertThat(handled).containsExactly("x", "between", "x", "between", "x", "between", "x", "between");
        assertThat(wire.said(WireMessage.class)).hasSize(8);
    }

    @Test
    void shouldLetGoOfTheFramesInWhichEndlessChunksOfOneOctetCome() {
        WirePeer.Wire wire = dialReady();
        var sent = new ArrayList<WeakReference<byte[]>>();
        int most = 1024 * 1024;
        for (int i = 0; i < 400; i++) {
            WireMessage response = fault();
            response.payload("x".repeat(200_000).getBytes(StandardCharsets.US_ASCII));
            byte[] frame = concat(chunk(most - i, new byte[] {REQUEST}), frame(response));
            sent.add(new WeakReference<>(frame));
            wire.send(frame);
            mesh.environment.run();
        }
        mesh.settle();
        assertThat(wire.down).isFalse();
        Await.until(() -> held(sent) + " frames are held", Duration.ofSeconds(10), () -> held(sent) <= 10);
        wire.send(chunk(1, new byte[1]));
        mesh.settle();
        assertThat(rejection(wire)).isEqualTo(Control.Reject.MALFORMED);
        assertServesOthers();
    }

    private static long held(List<WeakReference<byte[]>> frames) {
        System.gc();
        return frames.stream().filter(frame -> frame.get() != null).count();
    }
}
