package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.ChunkAssembler;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.Chunk;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.transport.DeferredFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedSendsTest {

    private static final FrameVisitor NOBODY = new FrameVisitor() {
        @Override
        public void onControl(Control control) {}

        @Override
        public void onMessage(WireMessage message) {}
    };

    private final ChunkedSends transfers = new ChunkedSends();
    private final Random random = new Random(3);
    private long sequence;

    private WireMessage message(String channel, int payload) {
        var octets = new byte[payload];
        random.nextBytes(octets);
        return new WireMessage(SharedFields.of(EnvelopeKind.ONE_WAY).on(channel), new MessageId(1, ++sequence))
                .payload(octets);
    }

    private WireMessage add(WireMessage message) {
        transfers.add(message, FrameWriter.beginningOf(message), 0);
        return message;
    }

    private List<byte[]> frames() {
        var frames = new ArrayList<byte[]>();
        for (DeferredFrame frame = transfers.next(); frame != null; frame = transfers.next()) {
            frames.add(frame.toBytes());
        }
        return frames;
    }

    /** What a receiver makes of the frames. */
    private static List<WireMessage> read(List<byte[]> frames) throws MalformedFrameException {
        var assembly = new ChunkAssembler(64 * 1024 * 1024, NOBODY, Runnable::run, frame -> {});
        var texts = new TextCache();
        var arrived = new ArrayList<WireMessage>();
        var chunks = new ArrayList<Chunk>();
        for (byte[] frame : frames) {
            Frames.read(frame, texts, new FrameVisitor() {
                @Override
                public void onControl(Control control) {
                    chunks.add((Chunk) control);
                }

                @Override
                public void onMessage(WireMessage message) {
                    arrived.add(message);
                }
            });
            for (Chunk chunk : chunks) {
                WireMessage whole = assembly.add(chunk, texts);
                if (whole != null) {
                    arrived.add(whole);
                }
            }
            chunks.clear();
        }
        return arrived;
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                ChunkedSends.LARGE + 1,
                ChunkedSends.LARGE + 2,
                2 * FrameFormat.CHUNK - 1,
                2 * FrameFormat.CHUNK,
                2 * FrameFormat.CHUNK + 1,
                3 * FrameFormat.CHUNK,
                1_000_000
            })
    void shouldCutAMessageSoThatItArrivesAsItWas(int size) throws MalformedFrameException {
        WireMessage sent = message("a/b", size);
        // So that the envelope has that size, not the payload.
        int beginning = FrameWriter.beginningOf(sent).length;
        WireMessage exact = add(message("a/b", Math.max(size - beginning, ChunkedSends.LARGE + 1)));
        assertThat(transfers.bytes()).isEqualTo(beginning + exact.payloadLength());
        List<byte[]> frames = frames();
        assertThat(frames).hasSizeGreaterThan(1).allSatisfy(frame -> assertThat(frame.length)
                .isLessThanOrEqualTo(64 * 1024));
        assertThat(read(frames)).singleElement().satisfies(arrived -> {
            assertThat(arrived.id).isEqualTo(exact.id);
            assertThat(arrived.channel()).isEqualTo("a/b");
            assertThat(arrived.envelopeSize).isEqualTo(FrameFormat.LENGTH + beginning + exact.payloadLength());
            assertThat(arrived.copyOfPayload()).isEqualTo(exact.octets());
        });
        assertThat(transfers.isEmpty()).isTrue();
        assertThat(transfers.bytes()).isZero();
    }

    @Test
    void shouldCutAMessageThatLiesInTheMiddleOfAnArray() throws MalformedFrameException {
        WireMessage sent = add(message("a/b", 300_000));
        WireMessage arrived = read(frames()).get(0);
        byte[] before = FrameWriter.beginningOf(sent);
        var frame = new FrameWriter();
        frame.append(arrived);
        // Read from a frame, its payload has something before it.
        WireMessage again = read(List.of(frame.take())).get(0);
        assertThat(again.payloadOffset()).isGreaterThan(before.length);
        add(again);
        assertThat(read(frames()).get(0).copyOfPayload()).isEqualTo(sent.octets());
    }

    @Test
    void whatFollowsALargeOneOfItsChannelGoesInOneChunkWhereItFits() throws MalformedFrameException {
        add(message("a/b", 200_000));
        add(message("a/b", 10));
        add(message("a/b", 100_000));
        List<byte[]> frames = frames();
        assertThat(frames).hasSize(4 + 1 + 2);
        var whole = new ArrayList<Boolean>();
        for (byte[] frame : frames) {
            Frames.read(frame, new TextCache(), new FrameVisitor() {
                @Override
                public void onControl(Control control) {
                    whole.add(((Chunk) control).rest() == 0);
                }

                @Override
                public void onMessage(WireMessage message) {
                    throw new AssertionError("not in chunks");
                }
            });
        }
        assertThat(whole).containsExactly(false, false, false, true, true, false, true);
        assertThat(read(frames)).hasSize(3);
        assertThat(transfers.bytes()).isZero();
    }

    @Test
    void shouldSendOneAfterTheOtherAndWhatIsSmallInOnePiece() throws MalformedFrameException {
        WireMessage first = add(message("a/b", 200_000));
        WireMessage small = add(message("a/b", 0));
        WireMessage second = add(message("a/c", 150_000));
        List<WireMessage> arrived = read(frames());
        assertThat(arrived).extracting(message -> message.id).containsExactly(first.id, small.id, second.id);
        assertThat(arrived.get(1).payloadLength()).isZero();
    }

    @Test
    void shouldHoldBackOnlyWhatIsOnTheChannelOfOneThatIsUnderWayOrWaits() {
        assertThat(transfers.mustFollow(message("a/b", 1))).isFalse();
        add(message("a/b", 200_000));
        add(message("a/c", 200_000));
        assertThat(transfers.mustFollow(message("a/b", 1))).isTrue();
        assertThat(transfers.mustFollow(message("a/c", 1))).isTrue();
        assertThat(transfers.mustFollow(message("a/d", 1))).isFalse();
        var reply = new WireMessage(SharedFields.of(EnvelopeKind.REPLY), new MessageId(1, 9));
        assertThat(transfers.mustFollow(reply)).isFalse();
        transfers.next();
        assertThat(transfers.mustFollow(message("a/b", 1)))
                .as("not in whole yet")
                .isTrue();
        frames();
        assertThat(transfers.mustFollow(message("a/b", 1))).isFalse();
    }

    @Test
    void shouldGiveBackWhatWasNotSentInWholeAndCountWhatIsLeft() {
        WireMessage sent = add(message("a/b", 131_073));
        WireMessage begun = add(message("a/b", 300_000));
        WireMessage waiting = add(message("a/b", 5));
        long before = transfers.bytes();
        for (int i = 0; i < 4; i++) {
            transfers.next();
        }
        long gone = FrameWriter.beginningOf(sent).length + sent.payloadLength() + FrameFormat.CHUNK;
        assertThat(transfers.bytes()).isEqualTo(before - gone);
        assertThat(transfers.clear()).containsExactly(begun, waiting);
        assertThat(transfers.isEmpty()).isTrue();
        assertThat(transfers.bytes()).isZero();
        assertThat(transfers.next()).isNull();
    }

    @Test
    void shouldNotCallForWhatCameOverTheBulkLinkBeforeWhatWasSentEarlierIsGone() {
        WireMessage large = message("a/b", 300_000);
        transfers.openBulkLink();
        transfers.add(large, FrameWriter.beginningOf(large), 5);
        while (transfers.nextOfBulk() != null) {
            assertThat(transfers.hasNext()).as("before it has arrived").isFalse();
        }
        assertThat(transfers.onArrived(1)).isTrue();
        assertThat(transfers.hasNext()).isTrue();
        assertThat(transfers.mustWait(4)).isTrue();
        assertThat(transfers.mustWait(5)).isFalse();
        assertThat(transfers.next()).isNotNull();
        assertThat(transfers.completed()).isSameAs(large);
        assertThat(transfers.isEmpty()).isTrue();
    }
}
