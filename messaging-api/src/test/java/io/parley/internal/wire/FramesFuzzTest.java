package io.parley.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever octets come, the decoder either makes sense of them or refuses them, and takes no more memory than they did. */
class FramesFuzzTest {

    private static final int ROUNDS = 100_000;
    private static final List<byte[]> LINK = new ArrayList<>();
    private static final List<byte[]> FEED = new ArrayList<>();

    private final TextCache texts = new TextCache();

    @BeforeAll
    static void readVectors() throws IOException {
        String json = Files.readString(Path.of("..", "docs", "golden-vectors.json"));
        for (JsonNode vector : JsonMapper.shared().readTree(json).get("wellFormed")) {
            byte[] octets = HexFormat.of().parseHex(vector.get("hex").asString());
            if (octets.length < 4096) {
                (vector.get("on").asString().equals("feed") ? FEED : LINK).add(octets);
            }
        }
    }

    @Test
    void shouldRefuseOrUnderstandOneHundredThousandMutatedFrames() {
        var random = new Random(20_26);
        long refused = 0;
        long allocatedBefore = allocated();
        long octets = 0;
        for (int i = 0; i < ROUNDS; i++) {
            List<byte[]> seeds = random.nextInt(4) == 0 ? FEED : LINK;
            byte[] mutant = mutate(seeds.get(random.nextInt(seeds.size())), random);
            octets += mutant.length;
            refused += read(mutant, seeds == FEED) ? 0 : 1;
        }
        assertThat(refused).isBetween(ROUNDS / 4L, ROUNDS - ROUNDS / 100L);
        // The messages and mutants count as well; a length believed would show as a gigabyte.
        assertThat(allocated() - allocatedBefore).isLessThan(ROUNDS * 20_000L + octets * 20);
    }

    @Test
    void shouldRefuseOneHundredThousandFramesOfRandomOctets() {
        var random = new Random(42);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] octets = new byte[random.nextInt(200)];
            random.nextBytes(octets);
            if (octets.length > 2 && random.nextBoolean()) {
                octets[0] = 'P';
                octets[1] = 1;
            }
            assertThat(read(octets, random.nextBoolean())).isFalse();
        }
    }

    @Test
    void shouldRefuseEveryFrameThatIsCutShort() {
        int cuts = 0;
        for (byte[] octets : LINK) {
            int envelopes = count(octets);
            for (int length = 0; length < octets.length; length++) {
                byte[] cut = Arrays.copyOf(octets, length);
                // Cut between two envelopes it is a frame of its own.
                assertThat(!read(cut, false) || count(cut) < envelopes)
                        .as("the first %d of %d octets", length, octets.length)
                        .isTrue();
                cuts++;
            }
        }
        assertThat(cuts).isGreaterThan(1000);
    }

    @Test
    void shouldEncodeAndDecodeWhatItUnderstoodOfAMutantToTheSameAgain() throws Exception {
        var random = new Random(7);
        int understood = 0;
        for (int i = 0; i < ROUNDS / 4; i++) {
            byte[] mutant = mutate(LINK.get(random.nextInt(LINK.size())), random);
            if (!read(mutant, false)) {
                continue;
            }
            understood++;
            byte[] once = encode(decode(mutant));
            assertThat(encode(decode(once))).isEqualTo(once);
        }
        assertThat(understood).isGreaterThan(100);
    }

    private static int count(byte[] octets) {
        try {
            return decode(octets).size();
        } catch (MalformedFrameException e) {
            return 0;
        }
    }

    private static List<Object> decode(byte[] frame) throws MalformedFrameException {
        var envelopes = new Envelopes();
        Frames.read(frame, new TextCache(), envelopes);
        return envelopes.found;
    }

    private static byte[] encode(List<Object> envelopes) {
        var out = new FrameWriter();
        for (Object envelope : envelopes) {
            if (envelope instanceof Control control) {
                out.append(control);
            } else {
                out.append((WireMessage) envelope);
            }
        }
        return out.take();
    }

    private static final class Envelopes implements FrameVisitor {

        private final List<Object> found = new ArrayList<>();

        @Override
        public void onControl(Control control) {
            found.add(control);
        }

        @Override
        public void onMessage(WireMessage message) {
            found.add(message);
        }
    }

    /** Whether the octets were understood; anything but a refusal fails the test. */
    private boolean read(byte[] octets, boolean feed) {
        try {
            if (feed) {
                Frames.read(octets, Topics.read(octets, texts), texts, new Envelopes());
            } else {
                Frames.read(octets, texts, new Envelopes());
            }
            return true;
        } catch (MalformedFrameException e) {
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "Not refused but choked on: " + HexFormat.of().formatHex(octets), e);
        }
    }

    private static byte[] mutate(byte[] octets, Random random) {
        byte[] mutant = octets.clone();
        int times = 1 + random.nextInt(3);
        for (int i = 0; i < times && mutant.length > 0; i++) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(6)) {
                case 0 -> mutant[at] = (byte) random.nextInt();
                case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> mutant = Arrays.copyOf(mutant, at);
                case 3 -> mutant[at] = (byte) (random.nextBoolean() ? 0 : 0xFF);
                case 4 -> {
                    byte[] longer = Arrays.copyOf(mutant, mutant.length + 1 + random.nextInt(8));
                    System.arraycopy(mutant, at, longer, at + longer.length - mutant.length, mutant.length - at);
                    mutant = longer;
                }
                default -> {
                    int from = random.nextInt(mutant.length);
                    int length = Math.min(random.nextInt(16), mutant.length - Math.max(at, from));
                    System.arraycopy(mutant.clone(), from, mutant, at, length);
                }
            }
        }
        return mutant;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
