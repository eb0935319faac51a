package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramePackerTest {

    private static final int KIB = 1024;

    private final ManualTime time = new ManualTime();
    private final FramePacker packer = new FramePacker(time);
    private long sequence;

    private WireMessage message(EnvelopeKind kind, int payload) {
        var message = new WireMessage(SharedFields.of(kind).on("a/b"), new MessageId(1, ++sequence));
        if (kind == EnvelopeKind.REQUEST) {
            message.remaining(1_000);
        }
        return message.payload(new byte[payload]);
    }

    private void add(EnvelopeKind kind, int payload) {
        WireMessage message = message(kind, payload);
        packer.pack(message);
        packer.keep(message, true);
    }

    private List<PackedFrame> sealed() {
        packer.seal();
        var frames = new ArrayList<PackedFrame>();
        for (PackedFrame frame = packer.poll(); frame != null; frame = packer.poll()) {
            frames.add(frame);
        }
        return frames;
    }

    @Test
    void smallEnvelopesShareAFrameInTheirOrder() {
        add(EnvelopeKind.ONE_WAY, 10);
        packer.add(new Control.Ping(5));
        add(EnvelopeKind.REQUEST, 10);
        assertThat(packer.frames()).isEqualTo(1);
        assertThat(sealed()).singleElement().satisfies(frame -> assertThat(RecordingLink.read(frame.octets()))
                .containsExactly(1L, new Control.Ping(5), 2L));
        assertThat(packer.isEmpty()).isTrue();
        assertThat(packer.bytes()).isZero();
    }

    @Test
    void messageThatWouldNotFitBeginsANewFrame() {
        for (int i = 0; i < 3; i++) {
            add(EnvelopeKind.ONE_WAY, 30 * KIB);
        }
        assertThat(packer.frames()).isEqualTo(2);
        List<PackedFrame> frames = sealed();
        assertThat(frames).hasSize(2).allMatch(frame -> frame.octets().length <= 64 * KIB);
        assertThat(RecordingLink.read(frames.get(0).octets())).containsExactly(1L, 2L);
        assertThat(RecordingLink.read(frames.get(1).octets())).containsExactly(3L);
    }

    @Test
    void noFrameOfSeveralEnvelopesIsLargerThanTheOtherSideAccepts() {
        packer.open(KIB);
        for (int i = 0; i < 20; i++) {
            add(EnvelopeKind.ONE_WAY, 300);
            packer.add(new Control.Ping(i));
        }
        List<PackedFrame> frames = sealed();
        assertThat(frames).hasSizeBetween(6, 10).allMatch(frame -> frame.octets().length <= KIB);
        assertThat(frames.stream()
                        .mapToInt(frame -> RecordingLink.read(frame.octets()).size())
                        .sum())
                .isEqualTo(40);
    }

    @Test
    void controlEnvelopesFillFramesToo() {
        packer.open(100);
        for (int i = 0; i < 20; i++) {
            packer.add(new Control.Ping(i));
        }
        assertThat(sealed()).hasSizeGreaterThan(2).allMatch(frame -> frame.octets().length <= 100);
    }

    @Test
    void messageThatIsTakenBackIsNeitherSentNorCounted() {
        add(EnvelopeKind.ONE_WAY, 10);
        long before = packer.bytes();
        assertThat(packer.pack(message(EnvelopeKind.ONE_WAY, 1_000))).isGreaterThan(1_000);
        packer.takeBack();
        assertThat(packer.bytes()).isEqualTo(before);
        add(EnvelopeKind.ONE_WAY, 10);
        PackedFrame frame = sealed().get(0);
        assertThat(RecordingLink.read(frame.octets())).containsExactly(1L, 3L);
        assertThat(frame.oneWays()).isEqualTo(new PackedFrame.OneWays(2, 1, 3, 0));
    }

    @Test
    void onlyOneWaysAreCountedAndSinceTheFirstOfTheirFrame() {
        time.advance(Duration.ofNanos(7));
        add(EnvelopeKind.REQUEST, 10);
        time.advance(Duration.ofNanos(7));
        add(EnvelopeKind.ONE_WAY, 10);
        time.advance(Duration.ofNanos(7));
        add(EnvelopeKind.ONE_WAY, 10);
        packer.seal();
        add(EnvelopeKind.REQUEST, 10);
        packer.seal();
        add(EnvelopeKind.ONE_WAY, 10);
        List<PackedFrame> frames = sealed();
        assertThat(frames)
                .extracting(PackedFrame::oneWays)
                .containsExactly(new PackedFrame.OneWays(2, 2, 3, 14), null, new PackedFrame.OneWays(1, 5, 5, 21));
    }

    @Test
    void oneWaysAreNotCountedWhereNobodyKeepsThem() {
        WireMessage message = message(EnvelopeKind.ONE_WAY, 10);
        packer.pack(message);
        packer.keep(message, false);
        assertThat(sealed()).singleElement().extracting(PackedFrame::oneWays).isNull();
    }

    @Test
    void bytesAreThoseOfAllFramesThatWait() {
        add(EnvelopeKind.ONE_WAY, 1_000);
        packer.seal();
        add(EnvelopeKind.ONE_WAY, 2_000);
        assertThat(packer.bytes()).isBetween(3_000L, 3_200L);
        PackedFrame first = packer.poll();
        assertThat(first).isNotNull();
        assertThat(packer.bytes()).isBetween(2_000L, 2_100L);
        assertThat(packer.poll()).as("not sealed").isNull();
    }

    @Test
    void swappedWriterKeepsItsFrameWhileTheNextOneIsPacked() {
        add(EnvelopeKind.ONE_WAY, 10);
        PackedFrame.OneWays first = packer.oneWays();
        FrameWriter full = packer.swap();
        add(EnvelopeKind.ONE_WAY, 10);
        assertThat(RecordingLink.read(full.take())).containsExactly(1L);
        assertThat(first).isEqualTo(new PackedFrame.OneWays(1, 1, 1, 0));
        PackedFrame second = sealed().get(0);
        assertThat(RecordingLink.read(second.octets())).containsExactly(2L);
        assertThat(second.oneWays()).isEqualTo(new PackedFrame.OneWays(1, 2, 2, 0));
    }

    @Test
    void drainTakesOutAllThatWaits() {
        add(EnvelopeKind.ONE_WAY, 10);
        packer.seal();
        add(EnvelopeKind.ONE_WAY, 10);
        var all = new ArrayList<PackedFrame>();
        packer.drainTo(all);
        assertThat(all)
                .extracting(frame -> RecordingLink.read(frame.octets()))
                .containsExactly(List.of(1L), List.of(2L));
        assertThat(packer.isEmpty()).isTrue();
        assertThat(packer.bytes()).isZero();
    }
}
