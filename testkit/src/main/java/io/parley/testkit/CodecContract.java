package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Codec} must hold to. A plug-in's test extends this class and supplies the codec and some payloads; each test
 * method then runs against the plug-in.
 */
public abstract class CodecContract {

    /** For the plug-in's test to call. */
    protected CodecContract() {}

    protected abstract Codec codec();

    /** A few different payloads that the codec supports and that {@code equals} can compare (arrays are compared by content). */
    protected abstract List<Object> payloads();

    /** As what a payload is decoded: the type that the channel carries. */
    protected Class<?> typeOf(Object payload) {
        return payload.getClass();
    }

    /** Whether some bytes are no encoded payload of any kind. */
    protected boolean canRefuseBytes() {
        return true;
    }

    @Test
    void shouldGiveBackWhatItWasGiven() {
        for (Object payload : payloads()) {
            assertSame(decode(codec().encode(payload), typeOf(payload)), payload);
        }
    }

    @Test
    void shouldDecodeAPartOfAnArrayAndLeaveItAsItIs() {
        for (Object payload : payloads()) {
            byte[] bytes = codec().encode(payload);
            byte[] larger = new byte[bytes.length + 12];
            Arrays.fill(larger, (byte) 0xFE);
            System.arraycopy(bytes, 0, larger, 5, bytes.length);
            byte[] before = larger.clone();
            Object decoded = codec().decode(larger, 5, bytes.length, typeOf(payload));
            assertThat(larger).isEqualTo(before);
            Arrays.fill(larger, (byte) 0);
            assertSame(decoded, payload);
        }
    }

    @Test
    void shouldEncodeTheSamePayloadToTheSameBytes() {
        for (Object payload : payloads()) {
            assertThat(codec().encode(payload)).isEqualTo(codec().encode(payload));
        }
    }

    @Test
    void shouldSupportTheTypesOfItsPayloads() {
        for (Object payload : payloads()) {
            assertThat(codec().supports(typeOf(payload))).isTrue();
        }
    }

    @Test
    void shouldNameAMediaTypeAndAcceptIt() {
        assertThat(codec().contentType()).matches("[a-z]+/[a-z0-9.+-]+(;.*)?");
        assertThat(codec().accepts(codec().contentType())).isTrue();
    }

    @Test
    void shouldThrowNothingButCodecExceptionWhateverTheBytes() {
        var random = new SplittableRandom(20260101);
        for (Object payload : payloads()) {
            byte[] sound = codec().encode(payload);
            for (int i = 0; i < 500; i++) {
                byte[] bytes = spoil(sound, random);
                assertThatCode(() -> {
                            try {
                                decode(bytes, typeOf(payload));
                            } catch (CodecException expected) {
                                assertThat(expected.getMessage()).isNotBlank().hasSizeLessThan(400);
                            }
                        })
                        .as("decoding %s", Arrays.toString(bytes))
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void shouldRefuseBytesThatAreNoPayload() {
        if (!canRefuseBytes()) {
            return;
        }
        byte[] noise = new byte[64];
        Arrays.fill(noise, (byte) 0xFF);
        for (Object payload : payloads()) {
            assertThatThrownBy(() -> decode(noise, typeOf(payload))).isInstanceOf(CodecException.class);
        }
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> tasks = IntStream.range(0, 8)
                    .mapToObj(number -> (Callable<Void>) () -> {
                        for (int i = 0; i < 100; i++) {
                            shouldGiveBackWhatItWasGiven();
                        }
                        return null;
                    })
                    .toList();
            for (Future<Void> done : executor.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            executor.shutdown();
        }
    }

    /** Decodes the whole of {@code bytes}. */
    protected final Object decode(byte[] bytes, Class<?> type) {
        return codec().decode(bytes, 0, bytes.length, type);
    }

    private static void assertSame(Object actual, Object expected) {
        if (expected instanceof byte[] bytes) {
            assertThat((byte[]) actual).isEqualTo(bytes);
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    /** Cuts, changes or repeats a bit of {@code sound}. */
    private static byte[] spoil(byte[] sound, SplittableRandom random) {
        if (sound.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(sound.length);
        switch (random.nextInt(4)) {
            case 0:
                return Arrays.copyOf(sound, at);
            case 1:
                byte[] changed = sound.clone();
                changed[at] = (byte) random.nextInt(256);
                return changed;
            case 2:
                byte[] longer = Arrays.copyOf(sound, sound.length + 1 + random.nextInt(8));
                System.arraycopy(
                        sound, 0, longer, longer.length - Math.min(4, sound.length), Math.min(4, sound.length));
                return longer;
            default:
                byte[] noise = new byte[random.nextInt(64)];
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = (byte) random.nextInt(256);
                }
                return noise;
        }
    }
}
