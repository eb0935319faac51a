package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.HandlerFault;
import io.parley.internal.wire.Control;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command beside peers that put orders to terminals, forged lines and the like wherever text can stand. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StrangersWordsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Each sequence of its own kind: title, clear, colour, C1, line breaks, line separator, reading direction, delete. */
    private static final String HOSTILE =
            "x\u001b]0;owned\u0007\u001b[2J\u001b[35mred\u009b31m\u0085\r\nparley: forged\u2028\u202e\u2066\u007f\tend";

    private static final String COLOURS = "\u001b\\[(?:0|1|2|3[1-6])m";

    @TempDir
    Path mesh;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Stop stop = new Stop();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Peer evil;

    @BeforeEach
    void openHostilePeers() {
        evil = open("evil");
        evil.reply(PointToPointChannel.of("evil/fault", String.class).withReply(String.class), question -> {
            throw new HandlerFault(HOSTILE, HOSTILE);
        });
        evil.reply(PointToPointChannel.of("evil/fail", String.class).withReply(String.class), question -> {
            throw new IllegalStateException(HOSTILE);
        });
    }

    /** Those that no library keeps from saying what they like. They confirm no subscription, so nobody can watch them. */
    private void openHandMadePeers() {
        opened.add(new HandMadePeer("liar", "liar-1")
                .announce(mesh, "liar/ask", InteractionStyle.REQUEST)
                .greeting(hello -> new Control.Reject(Control.Reject.OVERLOADED, HOSTILE)));
        var teller = new HandMadePeer("teller", "teller-1");
        teller.answering(message -> {
            String asked = new String(message.copyOfPayload(), StandardCharsets.UTF_8);
            return asked.contains("fault")
                    ? teller.fault(message, 40, HOSTILE, HOSTILE)
                    : asked.contains("refuse")
                            ? teller.fault(message, 2, null, HOSTILE)
                            : teller.reply(message, HOSTILE, asked.contains("json") ? json() : HOSTILE);
        });
        opened.add(teller.announce(mesh, "teller/ask", InteractionStyle.REQUEST));
        var dumper = new HandMadePeer("dumper", "dumper-1");
        dumper.answering(message -> dumper.fault(message, 2, null, HOSTILE));
        opened.add(dumper.announce(mesh, "dumper/drop", InteractionStyle.ONE_WAY));
    }

    /** With what JSON takes as it is. */
    private static String json() {
        return "{\"a\":\n\t\"\u009b31m\u202e\u2028\u007f\"}\r\n";
    }

    private Peer open(String service) {
        Peer peer = Peer.named(service)
                .instance(service + "-1")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .showPayloads()
                .onError((what, cause) -> {})
                .onDeadLetter(letter -> {})
                .open();
        opened.add(peer::close);
        return peer;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private int run(boolean hasColour, String... arguments) {
        var terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                hasColour);
        return Parley.run(
                terminal,
                stop,
                Stream.concat(Stream.of(arguments), Stream.of("--mesh", mesh.toString()))
                        .toArray(String[]::new));
    }

    private CompletableFuture<Integer> start(boolean hasColour, String... arguments) {
        return CompletableFuture.supplyAsync(
                () -> run(hasColour, arguments), task -> new Thread(task, "screen").start());
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    /** Nothing is there but what the command writes itself, and the stranger's words are seen for what they are. */
    private void assertHarmless(boolean hasColour) {
        String written = written();
        String bare = hasColour ? written.replaceAll(COLOURS, "") : written;
        assertThat(written).contains("\\u001b[2J").doesNotContain("\u001b[35mred");
        assertThat(bare.chars().filter(StrangersWordsTest::isOrder)).as(written).isEmpty();
        assertThat(bare.lines()).noneMatch(line -> line.startsWith("parley: forged"));
    }

    private static boolean isOrder(int c) {
        return c != '\n' && (Character.isISOControl(c) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersAndFaultsAreHarmless(boolean hasColour) {
        openHandMadePeers();
        assertThat(run(hasColour, "request", "teller/ask", "\"reply\"")).isZero();
        assertThat(run(hasColour, "request", "teller/ask", "\"fault\"")).isEqualTo(ExitCode.REFUSED);
        assertThat(run(hasColour, "request", "teller/ask", "\"refuse\"", "--verbose"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(run(hasColour, "request", "teller/ask", "\"json\"")).isZero();
        assertThat(run(hasColour, "send", "dumper/drop", "\"x\"", "--linger", "30s"))
                .isEqualTo(ExitCode.REFUSED);
        assertHarmless(hasColour);
        assertThat(written()).contains("\\u009b31m\\u202e\\u2028");
    }

    @Test
    void answersAreExactForPrograms() {
        openHandMadePeers();
        assertThat(run(false, "request", "teller/ask", "\"reply\"", "--json")).isZero();
        assertThat(run(false, "request", "teller/ask", "\"fault\"", "--json")).isEqualTo(ExitCode.REFUSED);
        assertThat(run(false, "request", "teller/ask", "\"json\"", "--json")).isZero();
        assertHarmless(false);
        List<Map<String, Object>> lines = out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> Json.read(line).orElseThrow())
                .toList();
        assertThat(lines.get(0)).containsEntry("payload", HOSTILE).containsEntry("type", HOSTILE);
        assertThat(lines.get(2)).containsEntry("payload", Map.of("a", "\u009b31m\u202e\u2028\u007f"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rejectionsAreHarmless(boolean hasColour) {
        openHandMadePeers();
        assertThat(run(hasColour, "request", "liar/ask", "\"x\"", "--timeout", "3s"))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertHarmless(hasColour);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eventsAreHarmless(boolean hasColour) throws Exception {
        var publisher = evil.publisher(PublishSubscribeChannel.of("evil/events", String.class));
        CompletableFuture<Integer> subscribed = start(hasColour, "subscribe", "evil/events", "--count", "2");
        Await.until(
                () -> "a subscription in " + written(), LIMIT, () -> written().contains("subscribed to 1"));
        for (int i = 0; i < 2; i++) {
            publisher.publish(Message.event(HOSTILE, new Message.Aggregate(HOSTILE, HOSTILE), HOSTILE)
                    .withHeaders(hostileHeaders()));
        }
        assertThat(subscribed.get(60, TimeUnit.SECONDS)).isZero();
        assertHarmless(hasColour);
    }

    private static Headers hostileHeaders() {
        return Headers.builder()
                .messageType(HOSTILE)
                .correlationId(HOSTILE)
                .key(HOSTILE)
                .put(HOSTILE, HOSTILE)
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsObservedIsHarmless(boolean hasColour) throws Exception {
        CompletableFuture<Integer> watched = start(hasColour, "watch", "--all", "--count", "6");
        Await.until(() -> "a watch in " + written(), LIMIT, () -> written().contains("watching "));
        Peer asker = open("asker");
        // What is asked before the watch follows the asker is not seen in whole.
        Await.until(() -> "an end of the watch in " + written(), LIMIT, () -> {
            askInVain(asker);
            return watched.isDone();
        });
        assertThat(watched.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(run(hasColour, "explain", HOSTILE)).isZero();
        assertThat(run(hasColour, "top", "--count", "1")).isZero();
        assertThat(run(hasColour, "peers")).isZero();
        assertHarmless(hasColour);
        assertThat(written()).contains("header ").contains("evil/fault");
    }

    private static void askInVain(Peer asker) {
        for (String channel : List.of("evil/fault", "evil/fail")) {
            var asked = PointToPointChannel.of(channel, String.class).withReply(String.class);
            assertThat(asker.requestor(asked)
                            .requestAsync(Message.command(HOSTILE, HOSTILE).withHeaders(hostileHeaders()))
                            .handle((answer, failure) -> failure)
                            .join())
                    .isNotNull();
        }
    }

    @Test
    void surveysAreHarmless() throws Exception {
        Peer responder = open("responder");
        responder.respond(
                PublishSubscribeChannel.of("asker/poll", byte[].class).withResponses(String.class),
                question -> HOSTILE);
        assertThat(run(false, "survey", "asker/poll", "\"x\"", "--linger", "3s", "--count", "1"))
                .isZero();
        assertHarmless(false);
    }
}
