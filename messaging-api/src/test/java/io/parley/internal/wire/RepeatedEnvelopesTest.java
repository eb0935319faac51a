package io.parley.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.message.MessageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether repeated messages are read one by one or taken together and made later: they are the same. */
class RepeatedEnvelopesTest {

    private long sequence;

    /** Writes down all that a frame says, and how it ends. */
    private static class Reading implements FrameVisitor {

        final List<String> said = new ArrayList<>();

        @Override
        public void onControl(Control control) {
            said.add(control instanceof Control.Chunk ? "a chunk" : control.toString());
        }

        @Override
        public void onMessage(WireMessage message) {
            said.add(message.head + " " + message.form() + " " + message.name() + " " + message.id + " "
                    + message.remaining() + " " + message.inReplyTo + " " + message.correlation() + " " + message.key()
                    + " " + message.applicationHeaders() + " " + message.envelopeSize + " "
                    + HexFormat.of().formatHex(message.copyOfPayload()));
        }

        List<String> of(byte[] frame) {
            try {
                Frames.read(frame, new TextCache(), this);
            } catch (MalformedFrameException e) {
                said.add("malformed");
            }
            return said;
        }
    }

    /** Takes together what can be. */
    private static final class Gathering extends Reading {

        private final List<Integer> together = new ArrayList<>();

        @Override
        public boolean gathers(WireMessage earlier) {
            return earlier.kind() == EnvelopeKind.ONE_WAY || earlier.kind() == EnvelopeKind.REQUEST;
        }

        @Override
        public void onRepeats(RepeatedEnvelopes repeats) {
            together.add(repeats.count());
            long size = 0;
            for (int i = 0; i < repeats.count(); i++) {
                var message = new WireMessage(repeats.earlier().head, repeats.id(i));
                repeats.fill(message, i);
                size += message.envelopeSize;
                onMessage(message);
            }
            assertThat(repeats.size()).isEqualTo(size);
        }
    }

    private WireMessage message(EnvelopeKind kind, String channel) {
        var message = new WireMessage(SharedFields.of(kind).on(channel), new MessageId(7, ++sequence))
                .payload("x".repeat((int) sequence % 9).getBytes(StandardCharsets.US_ASCII));
        if (kind == EnvelopeKind.REQUEST) {
            message.remaining(1_000 * sequence);
        }
        return message;
    }

    private static byte[] frameOf(List<WireMessage> messages) {
        var writer = new FrameWriter();
        messages.forEach(writer::append);
        return writer.take();
    }

    private void assertGathered(List<WireMessage> messages, Integer... together) {
        byte[] frame = frameOf(messages);
        var gathering = new Gathering();
        assertThat(gathering.of(frame)).isEqualTo(new Reading().of(frame)).hasSize(messages.size());
        assertThat(gathering.together).containsExactly(together);
    }

    @Test
    void shouldTakeTogetherWhatRepeatsOneMessage() {
        for (EnvelopeKind kind : List.of(EnvelopeKind.ONE_WAY, EnvelopeKind.REQUEST)) {
            var messages = new ArrayList<WireMessage>();
            for (int i = 0; i < 100; i++) {
                messages.add(message(kind, "a/b"));
            }
            assertGathered(messages, 99);
        }
    }

    @Test
    void shouldTakeTogetherMessagesOfOneSizeAndThenOthers() {
        for (int many : new int[] {1, 2, 6, 7, 8, 15, 16, 17, 400}) {
            var messages = new ArrayList<WireMessage>();
            for (int i = 0; i < 2 * many; i++) {
                messages.add(message(EnvelopeKind.ONE_WAY, "a/b").payload(new byte[i < many ? 20 : i]));
            }
            assertGathered(messages, 2 * many - 1);
        }
    }

    @Test
    void shouldKeepTheOrderOfMessagesOfTwoChannels() {
        var messages = new ArrayList<WireMessage>();
        for (String channel : List.of("a/b", "a/c", "a/b", "a/b", "a/c", "a/b")) {
            messages.add(message(EnvelopeKind.ONE_WAY, channel));
        }
        assertGathered(messages, 2, 1, 1);
    }

    @Test
    void shouldReadOneByOneWhatSaysMoreThanEachDoes() {
        var messages = new ArrayList<WireMessage>();
        for (int i = 0; i < 6; i++) {
            WireMessage message = message(EnvelopeKind.ONE_WAY, "a/b");
            if (i == 3) {
                message.details().correlation = "c";
            }
            messages.add(message);
        }
        assertGathered(messages, 2, 2);
    }

    @Test
    void shouldReadThatOneByOneOfWhichNothingIsSaidToBeWantedTogether() {
        var messages = new ArrayList<WireMessage>();
        for (int i = 0; i < 3; i++) {
            var reply = new WireMessage(SharedFields.of(EnvelopeKind.REPLY), new MessageId(7, ++sequence));
            reply.inReplyTo = new MessageId(1, sequence);
            messages.add(reply);
        }
        assertGathered(messages);
    }

    @Test
    void shouldSayTheSameOfFramesThatAreBrokenAnywhere() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        String json = Files.readString(Path.of("..", "docs", "golden-vectors.json"));
        for (JsonNode vector : JsonMapper.shared().readTree(json).get("wellFormed")) {
            if (vector.get("on").asString().equals("link")) {
                seeds.add(HexFormat.of().parseHex(vector.get("hex").asString()));
            }
        }
        for (EnvelopeKind kind : List.of(EnvelopeKind.ONE_WAY, EnvelopeKind.REQUEST)) {
            seeds.add(frameOf(List.of(message(kind, "a/b"), message(kind, "a/b"), message(kind, "a/b"))));
        }
        var random = new Random(11);
        int malformed = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] frame = seeds.get(random.nextInt(seeds.size())).clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                frame[random.nextInt(frame.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt());
            }
            List<String> apart = new Reading().of(frame);
            assertThat(new Gathering().of(frame)).isEqualTo(apart);
            malformed += apart.contains("malformed") ? 1 : 0;
        }
        assertThat(malformed).isBetween(5_000, 49_000);
    }
}
