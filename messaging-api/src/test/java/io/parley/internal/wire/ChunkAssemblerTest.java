package io.parley.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.parley.internal.wire.Control.Chunk;
import io.parley.message.MessageId;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkAssemblerTest {

    private static final FrameVisitor NOBODY = new FrameVisitor() {
        @Override
        public void onControl(Control control) {}

        @Override
        public void onMessage(WireMessage message) {}
    };

    private static final int MOST = 1024 * 1024;

    private final ChunkAssembler assembly = new ChunkAssembler(MOST, NOBODY, Runnable::run, frame -> {});
    private final TextCache texts = new TextCache();
    private final byte[] payload = new byte[300_000];

    ChunkAssemblerTest() {
        new Random(4).nextBytes(payload);
    }

    private static byte[] envelope(byte[] payload) {
        var message =
                new WireMessage(SharedFields.of(EnvelopeKind.ONE_WAY).on("a/b").of("t", "c/d"), new MessageId(1, 2));
        message.details().key = "key";
        byte[] beginning = FrameWriter.beginningOf(message);
        byte[] all = new byte[beginning.length + payload.length];
        System.arraycopy(beginning, 0, all, 0, beginning.length);
        System.arraycopy(payload, 0, all, beginning.length, payload.length);
        return all;
    }

    /** Each in an array with others' octets around it. */
    private static Chunk piece(byte[] envelope, int from, int to) {
        byte[] frame = new byte[to - from + 20];
        System.arraycopy(envelope, from, frame, 15, to - from);
        return new Chunk(envelope.length - to, frame, 15, to - from);
    }

    private @Nullable WireMessage add(byte[] envelope, int from, int to) throws MalformedFrameException {
        return assembly.add(piece(envelope, from, to), texts);
    }

    private void assertMessage(@Nullable WireMessage message, byte[] expected) {
        assertThat(message).isNotNull();
        assertThat(message.channel()).isEqualTo("a/b");
        assertThat(message.key()).isEqualTo("key");
        assertThat(message.id).isEqualTo(new MessageId(1, 2));
        assertThat(message.payloadLength()).isEqualTo(expected.length);
        assertThat(message.envelopeSize).isEqualTo(FrameFormat.LENGTH + envelope(expected).length);
        assertThat(message.copyOfPayload()).isEqualTo(expected);
        assertThat(message.copyOfPayload()).as("asked for again").isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 30, 40, 45, 64, 1000, 65_504, 299_999, 400_000})
    void shouldPutTogetherWhatComesInPiecesOfAnySize(int size) throws MalformedFrameException {
        byte[] envelope = envelope(payload);
        WireMessage message = null;
        for (int at = 0; at < envelope.length; at += size) {
            assertThat(message).as("complete too early").isNull();
            message = add(envelope, at, Math.min(envelope.length, at + size));
        }
        assertMessage(message, payload);
    }

    @Test
    void shouldTakeOneAfterTheOther() throws MalformedFrameException {
        for (int i = 0; i < 3; i++) {
            byte[] own = new byte[1000 * i];
            new Random(i).nextBytes(own);
            byte[] envelope = envelope(own);
            assertThat(add(envelope, 0, 20)).isNull();
            assertMessage(add(envelope, 20, envelope.length), own);
        }
    }

    @Test
    void shouldDropWhatHasArrivedWhenTold() throws MalformedFrameException {
        byte[] envelope = envelope(payload);
        assertThat(add(envelope, 0, 1000)).isNull();
        assembly.clear();
        assertThat(add(envelope, 0, 5)).isNull();
        assertMessage(add(envelope, 5, envelope.length), payload);
    }

    @Test
    void shouldRefuseAChunkThatIsNotTheNextOne() throws MalformedFrameException {
        byte[] envelope = envelope(payload);
        add(envelope, 0, 100);
        for (Chunk wrong : List.of(
                piece(envelope, 0, 100),
                piece(envelope, 101, 200),
                piece(envelope, 99, 200),
                piece(envelope, 200, envelope.length))) {
            assertThatThrownBy(() -> assembly.add(wrong, texts))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("not the next");
        }
    }

    @Test
    void shouldRefuseAtTheFirstChunkWhatIsTooLargeAndNotBefore() throws MalformedFrameException {
        int most = MOST - FrameFormat.LENGTH;
        var begun = new byte[10];
        begun[0] = (byte) EnvelopeKind.ONE_WAY.code();
        assertThat(assembly.add(new Chunk(most - 10, begun, 0, 10), texts)).isNull();
        assembly.clear();
        assertThatThrownBy(() -> assembly.add(new Chunk(most - 9, new byte[10], 0, 10), texts))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("at most " + MOST);
        assertThatThrownBy(() -> assembly.add(new Chunk(0xFFFF_FFFFL, new byte[10], 0, 10), texts))
                .isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void shouldRefuseWhatIsNoMessageInFull() {
        var wrong = new ArrayList<byte[]>();
        for (EnvelopeKind kind : EnvelopeKind.values()) {
            if (!kind.isMessage() || kind == EnvelopeKind.EVENT || kind == EnvelopeKind.SURVEY) {
                byte[] envelope = envelope(payload);
                envelope[0] = (byte) kind.code();
                wrong.add(envelope);
            }
        }
        byte[] unknown = envelope(payload);
        unknown[0] = 0x7F;
        wrong.add(unknown);
        byte[] fieldsBeyondTheEnd = envelope(new byte[10]);
        fieldsBeyondTheEnd[1 + 16 + 1] = (byte) 0xFF;
        wrong.add(fieldsBeyondTheEnd);
        for (byte[] envelope : wrong) {
            int half = envelope.length / 2;
            assertThatThrownBy(() -> {
                        assembly.add(piece(envelope, 0, half), texts);
                        assembly.add(piece(envelope, half, envelope.length), texts);
                    })
                    .as("kind %d", envelope[0])
                    .isInstanceOf(MalformedFrameException.class);
            assembly.clear();
        }
    }

    @Test
    void shouldNotHoldOnToLargeFramesForTheSakeOfOneOctetInEach() throws MalformedFrameException {
        int count = 20_000;
        byte[] envelope = envelope(new byte[count]);
        long before = allocated();
        WireMessage message = null;
        for (int at = 0; at < envelope.length; at++) {
            var filled = new byte[256 * 1024 / 16];
            filled[filled.length - 1] = envelope[at];
            message = assembly.add(new Chunk(envelope.length - at - 1, filled, filled.length - 1, 1), texts);
        }
        assertMessage(message, new byte[count]);
        // The frames themselves, and as much again for what was put together meanwhile.
        assertThat(allocated() - before).isLessThan(2L * envelope.length * (256 * 1024 / 16));
        assertThat(message.octets().length).isLessThan(2 * count);
    }

    @Test
    void shouldCopyNoMoreThanAFewTimesWhatComesInManySmallChunksOfOneFrame() throws MalformedFrameException {
        byte[] envelope = envelope(payload);
        int perFrame = 26_000;
        long before = allocated();
        WireMessage message = null;
        for (int from = 0; from < envelope.length; from += perFrame) {
            // Ten octets around each.
            int count = Math.min(perFrame, envelope.length - from);
            var frame = new byte[10 * count];
            for (int i = 0; i < count; i++) {
                int at = from + i;
                frame[10 * i + 9] = envelope[at];
                message = assembly.add(new Chunk(envelope.length - at - 1, frame, 10 * i + 9, 1), texts);
            }
        }
        assertMessage(message, payload);
        assertThat(allocated() - before).isLessThan(100L * envelope.length);
    }

    /** As {@link ChunkedSends} sends them. */
    private static List<Chunk> chunks(byte[] envelope) {
        var chunks = new ArrayList<Chunk>();
        for (int at = 0; at < envelope.length; at += FrameFormat.CHUNK) {
            int length = Math.min(FrameFormat.CHUNK, envelope.length - at);
            var frame = new byte[FrameFormat.CHUNK_OVERHEAD + length];
            System.arraycopy(envelope, at, frame, FrameFormat.CHUNK_OVERHEAD, length);
            chunks.add(new Chunk(envelope.length - at - length, frame, FrameFormat.CHUNK_OVERHEAD, length));
        }
        return chunks;
    }

    private static byte[] large() {
        var large = new byte[9_000_000];
        new Random(5).nextBytes(large);
        return large;
    }

    /** When the room is there: after so many chunks, of 138; never, if that is more. */
    @ParameterizedTest
    @ValueSource(ints = {0, 18, 30, 100, 130, 137, 1000})
    void shouldPutALargeOneInItsPlaceWheneverThatIsThere(int after) throws MalformedFrameException {
        byte[] large = large();
        var tasks = new ArrayList<Runnable>();
        var spent = new ArrayList<byte[]>();
        var patient = new ChunkAssembler(10_000_000, NOBODY, after == 0 ? Runnable::run : tasks::add, frame -> {
            Arrays.fill(frame, (byte) 0x5A);
            spent.add(frame);
        });
        WireMessage message = null;
        int count = 0;
        List<Chunk> chunks = chunks(envelope(large));
        for (Chunk chunk : chunks) {
            assertThat(message).as("complete too early").isNull();
            message = patient.add(chunk, texts);
            if (++count == after) {
                assertThat(tasks).hasSize(1);
                tasks.get(0).run();
            }
        }
        assertMessage(message, large);
        assertThat(message.octets().length).as("no copy of it has to be made").isEqualTo(large.length);
        Set<byte[]> different = Collections.newSetFromMap(new IdentityHashMap<>());
        different.addAll(spent);
        assertThat(different.size()).as("each is given back once").isEqualTo(spent.size());
        if (after < 100) {
            assertThat(spent.size())
                    .as("all but the first, which has more in it")
                    .isEqualTo(chunks.size() - 1);
        }
    }

    @Test
    void shouldReadAnyPartOfWhatIsPartlyInItsPlace() throws MalformedFrameException {
        byte[] large = large();
        var tasks = new ArrayList<Runnable>();
        var patient = new ChunkAssembler(10_000_000, NOBODY, tasks::add, frame -> {});
        WireMessage message = null;
        List<Chunk> chunks = chunks(envelope(large));
        for (Chunk chunk : chunks) {
            if (chunk.rest() < 10 * FrameFormat.CHUNK && !tasks.isEmpty()) {
                tasks.remove(0).run();
            }
            message = patient.add(chunk, texts);
        }
        assertThat(message).isNotNull();
        for (int from = 0; from < large.length; from += 777_777) {
            var part = new byte[Math.min(200_000, large.length - from)];
            message.copyPayload(from, part, 0, part.length);
            assertThat(part).isEqualTo(Arrays.copyOfRange(large, from, from + part.length));
        }
        assertMessage(message, large);
    }

    @Test
    void shouldSetNothingAsideForMoreThanEightTimesWhatHasArrived() throws MalformedFrameException {
        var sizes = new ArrayList<Long>();
        var arrived = new long[1];
        var wary = new ChunkAssembler(10_000_000, NOBODY, task -> sizes.add(arrived[0]), frame -> {});
        for (Chunk chunk : chunks(envelope(large()))) {
            arrived[0] += chunk.length();
            wary.add(chunk, texts);
        }
        assertThat(sizes).singleElement().satisfies(size -> assertThat(size * 8).isGreaterThanOrEqualTo(9_000_000));
    }

    @Test
    void shouldKeepThePiecesIfNobodyMakesRoom() throws MalformedFrameException {
        byte[] large = large();
        var closed = new ChunkAssembler(
                10_000_000,
                NOBODY,
                task -> {
                    throw new RejectedExecutionException("closed");
                },
                frame -> {});
        WireMessage message = null;
        for (Chunk chunk : chunks(envelope(large))) {
            message = closed.add(chunk, texts);
        }
        assertMessage(message, large);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
