package io.parley.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.message.MessageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The codec against {@code docs/golden-vectors.json}, which other codecs are held to as well. */
class GoldenVectorsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonNode VECTORS = vectors();

    private static JsonNode vectors() {
        try {
            return JSON.readTree(Files.readString(Path.of("..", "docs", "golden-vectors.json")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> wellFormed() {
        return section("wellFormed");
    }

    static Stream<Arguments> malformed() {
        return section("malformed");
    }

    static Stream<Arguments> chunked() {
        return section("chunked");
    }

    static Stream<Arguments> subscriptions() {
        return section("subscriptions");
    }

    private static Stream<Arguments> section(String name) {
        return VECTORS.get(name)
                .valueStream()
                .map(vector -> Arguments.of(vector.get("name").stringValue(), vector));
    }

    @Test
    void speaksTheVersionOfTheVectors() {
        assertThat(VECTORS.get("version").intValue()).isEqualTo(FrameFormat.VERSION);
    }

    @Test
    void parsersThatHaveDoublesOnlyRoundNoNumber() {
        assertThat(numbersIn(VECTORS)).isNotEmpty().allMatch(number -> Math.abs(number.longValue()) < 1L << 53);
    }

    private static List<JsonNode> numbersIn(JsonNode node) {
        if (node.isNumber()) {
            return List.of(node);
        }
        return node.valueStream().flatMap(value -> numbersIn(value).stream()).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wellFormed")
    void decodesWhatIsWellFormed(String name, JsonNode vector) throws MalformedFrameException {
        var seen = new Seen();
        JsonNode decoded = vector.get("decoded");
        read(vector, seen);
        assertThat(seen.envelopes).containsExactlyElementsOf(decoded.get("envelopes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wellFormed")
    void encodesItToTheSameOctets(String name, JsonNode vector) throws MalformedFrameException {
        if (!vector.get("reencodes").booleanValue()) {
            return;
        }
        var seen = new Seen();
        read(vector, seen);
        var out = new FrameWriter();
        JsonNode topic = vector.get("decoded").get("topic");
        if (topic != null) {
            out.beginPublication(topic(topic));
        }
        for (Object envelope : seen.decoded) {
            if (envelope instanceof Control control) {
                out.append(control);
            } else {
                int size = out.append((WireMessage) envelope);
                assertThat(size).isEqualTo(((WireMessage) envelope).envelopeSize);
            }
        }
        assertThat(HexFormat.of().formatHex(out.take()))
                .isEqualTo(vector.get("hex").stringValue());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void refusesWhatIsMalformedAndKeepsWhatStandsBefore(String name, JsonNode vector) {
        var seen = new Seen();
        boolean refused = false;
        try {
            read(vector, seen);
        } catch (MalformedFrameException e) {
            refused = true;
        }
        assertThat(refused).as(vector.get("why").stringValue()).isTrue();
        assertThat(seen.envelopes).containsExactlyElementsOf(vector.get("stands"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chunked")
    void putsTogetherWhatArrivesInChunks(String name, JsonNode vector) {
        var seen = new Assembled(vector.get("maxFrame").longValue() - FrameFormat.OVERHEAD);
        boolean refused = false;
        try {
            for (JsonNode frame : vector.get("frames")) {
                read(HexFormat.of().parseHex(frame.stringValue()), false, seen);
            }
        } catch (MalformedFrameException | UncheckedMalformed e) {
            refused = true;
        }
        boolean malformed = vector.has("malformed");
        assertThat(refused).as(vector.path("malformed").asString("well-formed")).isEqualTo(malformed);
        assertThat(seen.envelopes)
                .containsExactlyElementsOf(
                        malformed ? vector.get("stands") : vector.get("decoded").get("envelopes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subscriptions")
    void asksForTheSamePrefixes(String name, JsonNode vector) {
        String channel = vector.path("channel").asString("");
        byte[] octets =
                switch (vector.get("is").stringValue()) {
                    case "channel" ->
                        Topics.subscription(channel, vector.get("prefix").stringValue());
                    default -> topic(vector);
                };
        assertThat(HexFormat.of().formatHex(octets)).isEqualTo(vector.get("hex").stringValue());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wellFormed")
    void survivesEveryTruncation(String name, JsonNode vector) {
        byte[] whole = octets(vector);
        boolean feed = vector.get("on").stringValue().equals("feed");
        // Of the largest vectors some cuts will do.
        for (int length = 0; length < whole.length; length += whole.length > 5000 ? 997 : 1) {
            byte[] cut = Arrays.copyOf(whole, length);
            try {
                read(cut, feed, new Seen());
                // A frame may end wherever an envelope does.
                assertThat(vector.get("decoded").get("envelopes").size()).isGreaterThan(1);
            } catch (MalformedFrameException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    private static byte[] octets(JsonNode vector) {
        return HexFormat.of().parseHex(vector.get("hex").stringValue());
    }

    private static void read(JsonNode vector, Seen seen) throws MalformedFrameException {
        read(octets(vector), vector.get("on").stringValue().equals("feed"), seen);
    }

    private static void read(byte[] octets, boolean feed, Seen seen) throws MalformedFrameException {
        var texts = new TextCache();
        if (feed) {
            Frames.read(octets, Topics.read(octets, texts), texts, seen);
        } else {
            Frames.read(octets, texts, seen);
        }
    }

    private static byte[] topic(JsonNode topic) {
        String channel = topic.path("channel").asString("");
        return switch (topic.get("is").stringValue()) {
            case "heartbeat" -> Topics.heartbeat();
            case "numbers" -> Topics.numbers(channel);
            case "ask" ->
                new Topics.Ask(
                                HexFormat.fromHexDigitsToLong(topic.get("nonce").stringValue()),
                                HexFormat.fromHexDigitsToLong(
                                        topic.get("incarnation").stringValue()),
                                Long.parseUnsignedLong(topic.get("after").stringValue()),
                                topic.get("age").longValue(),
                                channel)
                        .topic();
            case "confirm" ->
                Topics.confirmation(
                        HexFormat.fromHexDigitsToLong(topic.get("nonce").stringValue()), channel);
            default -> Topics.publication(channel, topic.get("subject").stringValue());
        };
    }

    /** A visitor cannot refuse; a link ends itself. */
    private static final class UncheckedMalformed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UncheckedMalformed(MalformedFrameException cause) {
            super(cause);
        }
    }

    /** As a link does, puts chunks together. */
    private static final class Assembled extends Seen {

        private final ChunkAssembler assembly;

        Assembled(long most) {
            assembly = new ChunkAssembler(most, this, Runnable::run, frame -> {});
        }

        @Override
        public void onControl(Control control) {
            if (!(control instanceof Control.Chunk chunk)) {
                super.onControl(control);
                return;
            }
            try {
                WireMessage complete = assembly.add(chunk, new TextCache());
                if (complete != null) {
                    onMessage(complete);
                }
            } catch (MalformedFrameException e) {
                throw new UncheckedMalformed(e);
            }
        }
    }

    /** Writes envelopes in the form that {@code docs/golden-vectors.md} describes. */
    private static class Seen implements FrameVisitor {

        final List<Object> decoded = new ArrayList<>();
        final List<JsonNode> envelopes = new ArrayList<>();

        @Override
        public void onControl(Control control) {
            decoded.add(control);
            ObjectNode said = JSON.createObjectNode();
            if (control instanceof Control.Hello hello) {
                said.put("kind", "HELLO");
                said.put("min-version", hello.minVersion());
                said.put("max-version", hello.maxVersion());
                said.put("incarnation", hex(hello.speaker().incarnation()));
                said.put("target", hex(hello.target()));
                speaker(hello.speaker(), said);
                terms(hello.terms(), said);
                flag("bulk", hello.bulk(), said);
                flag("credit-wanted", hello.creditWanted(), said);
                flag("finished", hello.finished(), said);
            } else if (control instanceof Control.Welcome welcome) {
                said.put("kind", "WELCOME");
                said.put("chosen-version", welcome.version());
                said.put("incarnation", hex(welcome.speaker().incarnation()));
                speaker(welcome.speaker(), said);
                terms(welcome.terms(), said);
                if (!welcome.publishAddress().isEmpty()) {
                    said.put("publish-address", welcome.publishAddress());
                }
                flag("bulk", welcome.bulk(), said);
                flag("credit-wanted", welcome.creditWanted(), said);
                flag("finished", welcome.finished(), said);
            } else if (control instanceof Control.Reject reject) {
                said.put("kind", "REJECT").put("code", reject.code()).put("reason", reject.reason());
            } else if (control instanceof Control.Credit credit) {
                said.put("kind", "CREDIT");
                wide(said, "messages", credit.messages());
                wide(said, "bytes", credit.bytes());
            } else if (control instanceof Control.CreditWanted wanted) {
                said.put("kind", "CREDIT-WANTED");
                wide(said, "bytes", wanted.bytes());
            } else if (control instanceof Control.Ping ping) {
                said.put("kind", "PING").put("token", hex(ping.token()));
            } else if (control instanceof Control.Pong pong) {
                said.put("kind", "PONG").put("token", hex(pong.token()));
            } else if (control instanceof Control.GoingAway goingAway) {
                said.put("kind", "GOING-AWAY");
                number(said, "millis", goingAway.millis());
            } else if (control instanceof Control.Cancel cancel) {
                said.put("kind", "CANCEL");
                said.put("id", new MessageId(cancel.incarnation(), cancel.sequence()).toString());
            } else if (control instanceof Control.Chunk chunk) {
                said.put("kind", "CHUNK");
                number(said, "rest", chunk.rest());
                said.put(
                        "octets",
                        HexFormat.of().formatHex(chunk.octets(), chunk.offset(), chunk.offset() + chunk.length()));
            } else if (control instanceof Control.Subscribed subscribed) {
                said.put("kind", "SUBSCRIBED");
                said.put("incarnation", hex(subscribed.speaker().incarnation()));
                speaker(subscribed.speaker(), said);
                said.put("channel", subscribed.channel());
                wide(said, "number", subscribed.number());
            } else if (control instanceof Control.Heartbeat heartbeat) {
                said.put("kind", "HEARTBEAT").put("incarnation", hex(heartbeat.incarnation()));
                number(said, "interval", heartbeat.millis());
            } else if (control instanceof Control.Finished finished) {
                said.put("kind", "FINISHED");
                ArrayNode ranges = said.putArray("ranges");
                for (int i = 0; i < finished.firsts().size(); i++) {
                    ObjectNode range = ranges.addObject();
                    wide(range, "first", finished.firsts().get(i));
                    wide(range, "count", finished.counts().get(i));
                }
            } else if (control instanceof Control.Numbers numbers) {
                numbers(numbers, said);
            } else {
                ofBulkLink(control, said);
            }
            envelopes.add(asRead(said));
        }

        private static void numbers(Control.Numbers numbers, ObjectNode said) {
            said.put("kind", "NUMBERS");
            said.put("incarnation", hex(numbers.speaker().incarnation()));
            speaker(numbers.speaker(), said);
            said.put("channel", numbers.channel());
            said.put("first", numbers.first());
            said.put("more", numbers.more());
            said.put("via", numbers.via());
            said.put("from", Long.toString(numbers.from()));
            said.put("up-to", Long.toString(numbers.upTo()));
            var last = said.putArray("last");
            numbers.last().forEach(each -> last.addObject()
                    .put("subject", each.subject())
                    .put("number", Long.toString(each.number())));
        }

        private static void ofBulkLink(Control control, ObjectNode said) {
            if (control instanceof Control.BulkWanted) {
                said.put("kind", "BULK-WANTED");
            } else if (control instanceof Control.BulkAt at) {
                said.put("kind", "BULK-AT").put("token", hex(at.token())).put("address", at.address());
            } else if (control instanceof Control.BulkHello hello) {
                said.put("kind", "BULK-HELLO").put("token", hex(hello.token()));
            } else if (control instanceof Control.BulkArrived arrived) {
                said.put("kind", "BULK-ARRIVED");
                wide(said, "count", arrived.count());
            } else if (control instanceof Control.BulkNext next) {
                said.put("kind", "BULK-NEXT");
                wide(said, "place", next.number());
            } else {
                assertThat(control).isInstanceOf(Control.BulkOver.class);
                said.put("kind", "BULK-OVER");
            }
        }

        @Override
        public void onMessage(WireMessage message) {
            decoded.add(message);
            ObjectNode said = JSON.createObjectNode();
            said.put(
                    "kind",
                    message.kind() == EnvelopeKind.ONE_WAY
                            ? "ONE-WAY"
                            : message.kind().name());
            said.put("id", message.id.toString());
            said.put("form", List.of("document", "command", "event").get(message.form()));
            text(said, "channel", message.channel());
            if (message.hasDeadline()) {
                number(said, "remaining", message.remaining());
            }
            text(said, "in-reply-to", message.inReplyTo);
            text(said, "correlation", message.correlation());
            text(said, "causation", message.causation());
            text(said, "type", message.head.type());
            text(said, "content-type", message.head.contentType());
            text(said, "key", message.key());
            text(said, "traceparent", message.traceparent());
            text(said, "tracestate", message.tracestate());
            text(said, "name", message.name());
            if (message.aggregate() != null) {
                said.putObject("aggregate")
                        .put("type", message.aggregate().type())
                        .put("id", message.aggregate().id());
            }
            if (message.number() != 0) {
                wide(said, "number", message.number());
                wide(said, "previous", message.previous());
            }
            if (message.fault() != 0) {
                said.put("fault", message.fault());
            }
            text(said, "fault-name", message.faultName());
            if (message.head.returnAddress() != null) {
                said.putObject("return-address")
                        .put("service", message.head.returnAddress().service())
                        .put("instance", message.head.returnAddress().instance());
            }
            if (message.head.sender() != null) {
                said.putObject("sender")
                        .put("service", message.head.sender().service())
                        .put("instance", message.head.sender().instance());
            }
            if (!message.applicationHeaders().isEmpty()) {
                var headers = said.putArray("headers");
                message.applicationHeaders()
                        .forEach((name, value) ->
                                headers.addObject().put("name", name).put("value", value));
            }
            said.put("payload", HexFormat.of().formatHex(message.copyOfPayload()));
            envelopes.add(asRead(said));
        }

        private static void speaker(Control.PeerId speaker, ObjectNode said) {
            said.put("service", speaker.service()).put("instance", speaker.instance());
        }

        private static void terms(Control.LinkLimits terms, ObjectNode said) {
            number(said, "max-frame", terms.maxFrame());
            wide(said, "messages", terms.messages());
            wide(said, "bytes", terms.bytes());
        }

        private static void flag(String name, boolean isSaid, ObjectNode said) {
            if (isSaid) {
                said.put(name, true);
            }
        }

        private static void number(ObjectNode said, String name, long value) {
            said.put(name, value);
        }

        /** A number of 64 bits, which some parsers of JSON would round. */
        private static void wide(ObjectNode said, String name, long value) {
            said.put(name, Long.toString(value));
        }

        private static void text(ObjectNode said, String name, Object value) {
            if (value != null) {
                said.put(name, value.toString());
            }
        }

        private static String hex(long value) {
            return HexFormat.of().toHexDigits(value);
        }

        /** As a parser would have it, which tells int and long apart by size. */
        private static JsonNode asRead(ObjectNode said) {
            return JSON.readTree(said.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
