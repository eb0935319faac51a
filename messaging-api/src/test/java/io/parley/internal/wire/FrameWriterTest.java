package io.parley.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.failure.UnencodableException;
import io.parley.message.MessageId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameWriterTest {

    private final FrameWriter writer = new FrameWriter();
    private long sequence;

    private WireMessage oneWay(String channel) {
        return new WireMessage(SharedFields.of(EnvelopeKind.ONE_WAY).on(channel), new MessageId(1, ++sequence))
                .payload(("p" + sequence).getBytes(StandardCharsets.UTF_8));
    }

    private WireMessage event(long number) {
        var event = new WireMessage(SharedFields.of(EnvelopeKind.EVENT).on("a/b"), new MessageId(1, ++sequence));
        event.number(number, 0);
        return event;
    }

    private WireMessage answer(EnvelopeKind kind, long asker) {
        var answer = new WireMessage(SharedFields.of(kind), new MessageId(1, ++sequence));
        answer.inReplyTo = new MessageId(asker, 1000 + sequence);
        if (kind == EnvelopeKind.FAULT) {
            answer.details().fault = 1;
        }
        return answer;
    }

    /** The kinds of a frame's envelopes as they stand there, REPEAT included. */
    private static List<Integer> kinds(byte[] frame) {
        var kinds = new ArrayList<Integer>();
        for (int at = FrameFormat.OVERHEAD; at < frame.length; ) {
            int length = (frame[at] & 0xFF) << 24
                    | (frame[at + 1] & 0xFF) << 16
                    | (frame[at + 2] & 0xFF) << 8
                    | (frame[at + 3] & 0xFF);
            kinds.add((int) frame[at + FrameFormat.LENGTH]);
            at += FrameFormat.LENGTH + length;
        }
        return kinds;
    }

    private static List<Object> read(byte[] frame) {
        var found = new ArrayList<>();
        try {
            Frames.read(frame, new TextCache(), new FrameVisitor() {
                @Override
                public void onControl(Control control) {
                    found.add(control);
                }

                @Override
                public void onMessage(WireMessage message) {
                    found.add(message.id + " on " + message.channel() + " to " + message.inReplyTo + ": "
                            + new String(message.copyOfPayload(), StandardCharsets.UTF_8));
                }
            });
        } catch (MalformedFrameException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    private static Object told(WireMessage message) {
        return message.id + " on " + message.channel() + " to " + message.inReplyTo + ": "
                + new String(message.copyOfPayload(), StandardCharsets.UTF_8);
    }

    private static int code(EnvelopeKind kind) {
        return kind.code();
    }

    @Test
    void shouldSayAHeadOnceAndRepeatIt() {
        var sent = new ArrayList<Object>();
        for (int i = 0; i < 4; i++) {
            WireMessage message = oneWay(i % 2 == 0 ? "a/even" : "a/odd");
            sent.add(told(message));
            int before = writer.size();
            int took = writer.append(message);
            assertThat(took).isEqualTo(writer.size() - (i == 0 ? FrameFormat.OVERHEAD : before));
        }
        byte[] frame = writer.take();
        int full = code(EnvelopeKind.ONE_WAY);
        int repeat = code(EnvelopeKind.REPEAT);
        assertThat(kinds(frame)).containsExactly(full, full, repeat, repeat);
        assertThat(read(frame)).isEqualTo(sent);
    }

    @Test
    void shouldRepeatTheFirstSixteenHeadsAndSayTheOthersAgain() {
        var sent = new ArrayList<Object>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 40; i++) {
                WireMessage message = oneWay("a/c" + i);
                sent.add(told(message));
                writer.append(message);
            }
        }
        byte[] frame = writer.take();
        int repeat = code(EnvelopeKind.REPEAT);
        List<Integer> kinds = kinds(frame);
        assertThat(kinds.subList(0, 40)).doesNotContain(repeat);
        for (int round = 1; round < 3; round++) {
            assertThat(kinds.subList(40 * round, 40 * round + 16)).containsOnly(repeat);
            assertThat(kinds.subList(40 * round + 16, 40 * (round + 1))).doesNotContain(repeat);
        }
        assertThat(read(frame)).isEqualTo(sent);
    }

    @Test
    void shouldNotRepeatWhatAnIndexCannotName() {
        var fault = new ArrayList<Object>();
        for (int i = 0; i < 256; i++) {
            WireMessage message = answer(EnvelopeKind.FAULT, 5);
            fault.add(told(message));
            writer.append(message);
        }
        var sent = new ArrayList<>(fault);
        for (int i = 0; i < 3; i++) {
            WireMessage message = oneWay("a/late");
            sent.add(told(message));
            writer.append(message);
        }
        byte[] frame = writer.take();
        assertThat(kinds(frame)).doesNotContain(code(EnvelopeKind.REPEAT));
        assertThat(read(frame)).isEqualTo(sent);
    }

    @Test
    void shouldNameTheLastOneThatAnIndexCan() {
        var sent = new ArrayList<Object>();
        for (int i = 0; i < 255; i++) {
            WireMessage message = answer(EnvelopeKind.FAULT, 5);
            sent.add(told(message));
            writer.append(message);
        }
        for (int i = 0; i < 2; i++) {
            WireMessage message = oneWay("a/late");
            sent.add(told(message));
            writer.append(message);
        }
        byte[] frame = writer.take();
        assertThat(kinds(frame).get(256)).isEqualTo(code(EnvelopeKind.REPEAT));
        assertThat(read(frame)).isEqualTo(sent);
    }

    @Test
    void shouldTellAnswersToDifferentAskersApart() {
        var sent = new ArrayList<Object>();
        for (long asker : new long[] {5, 6, 5, 6, 7}) {
            WireMessage message = answer(EnvelopeKind.REPLY, asker);
            sent.add(told(message));
            writer.append(message);
        }
        byte[] frame = writer.take();
        int full = code(EnvelopeKind.REPLY);
        int repeat = code(EnvelopeKind.REPEAT);
        assertThat(kinds(frame)).containsExactly(full, full, repeat, repeat, full);
        assertThat(read(frame)).isEqualTo(sent);
    }

    @Test
    void shouldNotCountControlEnvelopesAmongTheMessages() {
        WireMessage first = oneWay("a/b");
        WireMessage second = oneWay("a/b");
        writer.append(new Control.Ping(1));
        writer.append(first);
        writer.append(new Control.Ping(2));
        writer.append(second);
        byte[] frame = writer.take();
        assertThat(kinds(frame).get(3)).isEqualTo(code(EnvelopeKind.REPEAT));
        assertThat(read(frame)).isEqualTo(List.of(new Control.Ping(1), told(first), new Control.Ping(2), told(second)));
    }

    @Test
    void shouldForgetTheHeadOfAMessageInFullThatIsTakenBack() {
        WireMessage kept = oneWay("a/kept");
        writer.append(kept);
        int size = writer.size();
        writer.append(oneWay("a/back"));
        writer.takeBack();
        assertThat(writer.size()).isEqualTo(size);
        WireMessage again = oneWay("a/back");
        WireMessage repeated = oneWay("a/back");
        writer.append(again);
        writer.append(repeated);
        byte[] frame = writer.take();
        int full = code(EnvelopeKind.ONE_WAY);
        assertThat(kinds(frame)).containsExactly(full, full, code(EnvelopeKind.REPEAT));
        assertThat(read(frame)).isEqualTo(List.of(told(kept), told(again), told(repeated)));
    }

    @Test
    void shouldStillKnowTheHeadWhenARepetitionIsTakenBack() {
        WireMessage first = oneWay("a/b");
        writer.append(first);
        writer.append(oneWay("a/b"));
        writer.takeBack();
        WireMessage next = oneWay("a/b");
        writer.append(next);
        byte[] frame = writer.take();
        assertThat(kinds(frame)).containsExactly(code(EnvelopeKind.ONE_WAY), code(EnvelopeKind.REPEAT));
        assertThat(read(frame)).isEqualTo(List.of(told(first), told(next)));
    }

    @Test
    void shouldBeEmptyWhenTheOnlyOneIsTakenBack() {
        writer.append(oneWay("a/b"));
        writer.takeBack();
        assertThat(writer.size()).isZero();
        WireMessage next = oneWay("a/b");
        writer.append(next);
        byte[] frame = writer.take();
        assertThat(kinds(frame)).containsExactly(code(EnvelopeKind.ONE_WAY));
        assertThat(read(frame)).isEqualTo(List.of(told(next)));
    }

    @Test
    void shouldBeAsBeforeWhenOneCannotBeWritten() {
        WireMessage first = oneWay("a/b");
        writer.append(first);
        for (String channel : List.of("a/b", "a/other")) {
            WireMessage bad = oneWay(channel);
            bad.details().key = "\ud800";
            int size = writer.size();
            assertThatThrownBy(() -> writer.append(bad)).isInstanceOf(UnencodableException.class);
            assertThat(writer.size()).isEqualTo(size);
        }
        WireMessage next = oneWay("a/other");
        writer.append(next);
        assertThat(read(writer.take())).isEqualTo(List.of(told(first), told(next)));
    }

    @Test
    void shouldKnowNoHeadOfTheFrameBefore() {
        for (int i = 0; i < 2; i++) {
            WireMessage message = oneWay("a/b");
            writer.append(message);
            byte[] frame = writer.take();
            assertThat(kinds(frame)).containsExactly(code(EnvelopeKind.ONE_WAY));
            assertThat(read(frame)).isEqualTo(List.of(told(message)));
        }
        writer.append(oneWay("a/b"));
        writer.clear();
        assertThat(writer.size()).isZero();
        writer.append(oneWay("a/b"));
        assertThat(kinds(writer.take())).containsExactly(code(EnvelopeKind.ONE_WAY));
    }

    @Test
    void shouldBeginAPublicationWithItsTopicAndRepeatInIt() {
        byte[] topic = {'t', 'o', 'p'};
        writer.beginPublication(topic);
        assertThat(writer.size()).isEqualTo(topic.length + FrameFormat.OVERHEAD);
        int first = writer.append(event(1));
        int second = writer.append(event(2));
        byte[] publication = writer.take();
        assertThat(publication).hasSize(topic.length + FrameFormat.OVERHEAD + first + second);
        assertThat(Arrays.copyOf(publication, topic.length)).isEqualTo(topic);
        byte[] frame = Arrays.copyOfRange(publication, topic.length, publication.length);
        assertThat(frame[0]).isEqualTo((byte) FrameFormat.MAGIC);
        assertThat(frame[1]).isEqualTo((byte) FrameFormat.VERSION);
        assertThat(kinds(frame)).containsExactly(code(EnvelopeKind.EVENT), code(EnvelopeKind.REPEAT));
        assertThat(second).isLessThan(first);
    }

    @Test
    void shouldKeepTheBeginningOfAPublicationWhoseFirstEventIsTakenBack() {
        writer.beginPublication(new byte[] {'t'});
        byte[] empty = IntStream.of('t', FrameFormat.MAGIC, FrameFormat.VERSION)
                .collect(
                        java.io.ByteArrayOutputStream::new,
                        java.io.ByteArrayOutputStream::write,
                        (one, other) -> one.writeBytes(other.toByteArray()))
                .toByteArray();
        writer.append(event(1));
        writer.takeBack();
        assertThat(writer.take()).isEqualTo(empty);
    }
}
