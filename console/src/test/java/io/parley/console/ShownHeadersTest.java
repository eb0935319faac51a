package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line tells of headers, over ZeroMQ, of peers that show them and of one that does not. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ShownHeadersTest {

    private static final RequestChannel<String, String> OPEN =
            PointToPointChannel.of("desk/open", String.class).withReply(String.class);
    private static final RequestChannel<String, String> CLOSED =
            PointToPointChannel.of("vault/closed", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> EVENTS =
            PublishSubscribeChannel.of("guest/events", String.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<Peer> PEERS = new ArrayList<>();

    @TempDir
    static Path mesh;

    private static Peer guest;
    private static Peer secretive;

    private final Screen screen = new Screen();

    @BeforeAll
    static void openPeers() throws InterruptedException {
        Peer desk = open(builder("desk").showPayloads("token"));
        desk.reply(OPEN, request -> "welcome");
        Peer vault = open(builder("vault"));
        vault.reply(CLOSED, request -> "no");
        guest = open(builder("guest").showPayloads("token"));
        secretive = open(builder("secretive"));
        assertThat(desk.subscribe(EVENTS, event -> {}).awaitConnected(LIMIT)).isTrue();
    }

    private static PeerBuilder builder(String service) {
        return Peer.named(service)
                .instance(service + "-1")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh));
    }

    private static Peer open(PeerBuilder builder) {
        Peer peer = builder.open();
        PEERS.add(peer);
        return peer;
    }

    @AfterAll
    static void closePeers() {
        PEERS.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    private static String[] inMesh(String... arguments) {
        return Stream.concat(Arrays.stream(arguments), Stream.of("--mesh", mesh.toString()))
                .toArray(String[]::new);
    }

    private static void ask(Peer asker, RequestChannel<String, String> channel, Headers headers) {
        asker.requestor(channel).request(Message.command("knock", "hello").withHeaders(headers));
    }

    private static Headers.Builder talk(String conversation) {
        return Headers.builder().correlationId(conversation);
    }

    private String explained(String id) {
        var other = new Screen();
        assertThat(other.run(inMesh("explain", id))).isZero();
        return String.join("\n", other.lines());
    }

    private static Map<?, ?> flow(Map<String, Object> line) {
        return (Map<?, ?>) line.get("flow");
    }

    @Test
    void aStoryTellsKindKeyAndHeadersButNotThoseThatAreRedacted() {
        ask(
                guest,
                OPEN,
                talk("told")
                        .key("k-1")
                        .put("came-by", "Phone")
                        .put("TOKEN", "s3cret")
                        .build());

        assertThat(explained("told"))
                .contains("desk/open request command String", "key: k-1", "header came-by: Phone")
                .contains("header TOKEN: …redacted…")
                .doesNotContain("s3cret");
        assertThat(screen.run(inMesh("explain", "told", "--json"))).isZero();
        Map<String, Object> story = screen.objects().get(0);
        assertThat((List<?>) story.get("steps")).hasSizeGreaterThanOrEqualTo(6).allSatisfy(step -> assertThat(
                        (Map<?, ?>) step)
                .extracting("kind", "key", "headers")
                .containsExactly("command", "k-1", Map.of("came-by", "Phone", "TOKEN", "…redacted…")));
        assertThat((List<?>) story.get("messages")).singleElement().satisfies(message -> assertThat((Map<?, ?>) message)
                .extracting("kind", "key", "headers")
                .containsExactly("command", "k-1", Map.of("came-by", "Phone", "TOKEN", "…redacted…")));
    }

    @Test
    void anEventTellsItsKeyAtEveryPeer() {
        guest.publisher(EVENTS)
                .publish(Message.event("came", Aggregate.of("guest", "7"), "here")
                        .withHeaders(talk("event").key("k-2").build()));

        Map<?, ?> received = received("event");

        assertThat(received).extracting("kind", "key").containsExactly("event", "k-2");
        assertThat(received.containsKey("headers")).isFalse();
    }

    /** The step at the desk, once it has been taken. */
    private static Map<?, ?> received(String conversation) {
        for (int i = 0; i < 100; i++) {
            var asking = new Screen();
            asking.run(inMesh("explain", conversation, "--json"));
            List<?> steps = (List<?>) asking.objects().get(0).get("steps");
            for (Object step : steps) {
                if (((Map<?, ?>) step).get("step").equals("RECEIVED")) {
                    return (Map<?, ?>) step;
                }
            }
        }
        throw new AssertionError("nobody has received " + conversation);
    }

    @Test
    void peersThatDoNotShowPayloadsTellNeitherKeyNorHeaders() {
        ask(secretive, CLOSED, talk("hushed").key("k-3").put("came-by", "night").build());

        assertThat(explained("hushed"))
                .contains("vault/closed request command String")
                .doesNotContain("k-3", "came-by", "night");
        assertThat(screen.run(inMesh("explain", "hushed", "--json"))).isZero();
        assertThat(String.join("", screen.lines())).doesNotContain("k-3", "came-by", "night");
    }

    @Test
    void whatComesIsWatchedForByAHeader() throws Exception {
        CompletableFuture<Integer> watching = screen.start(inMesh("watch", "--json", "--text", "came-by=BOAT"));
        screen.await("\"watching\":");

        ask(guest, OPEN, talk("by-train").put("came-by", "train").build());
        ask(guest, OPEN, talk("by-boat").put("came-by", "boat").build());
        ask(guest, OPEN, talk("also-by-boat").put("came-by", "Boat").build());
        screen.await("also-by-boat");
        screen.interrupt();

        assertThat(watching.get(60, TimeUnit.SECONDS)).isIn(0, ExitCode.INTERRUPTED);
        assertThat(screen.objects())
                .filteredOn(line -> line.containsKey("flow"))
                .extracting(line -> flow(line).get("step") + " " + flow(line).get("correlationId"))
                .containsExactly("ANSWERED by-boat", "ANSWERED also-by-boat");
    }

    @Test
    void hostileHeadersDoNoHarm() {
        var headers = talk("hostile").key("\u001b]0;owned\u0007\u009b2J");
        headers.put("\u001b[2J\r\n", "<img src=x onerror=alert(1)>\u202e\u0008\u007f")
                .put("big", "x".repeat(40_000));
        for (int i = 0; i < 100; i++) {
            headers.put("many-" + i, "y".repeat(200));
        }
        ask(guest, OPEN, headers.build());

        String text = explained("hostile");
        assertThat(text)
                .contains("header big: xxx", "…")
                .doesNotContainPattern("[\\p{Cc}&&[^\n]]")
                .doesNotContain("\u202e")
                .hasSizeLessThan(10_000);
        assertThat(screen.run(inMesh("explain", "hostile", "--json"))).isZero();
        assertThat(screen.lines()).singleElement().asString().satisfies(line -> assertThat(line)
                .doesNotContainPattern("\\p{Cc}")
                .doesNotContain("\u202e")
                .hasSizeLessThan(60_000));
        Map<?, ?> sent = (Map<?, ?>) ((List<?>) screen.objects().get(0).get("messages")).get(0);
        assertThat(sent.get("key")).isEqualTo("\u001b]0;owned\u0007\u009b2J");
        assertThat(((Map<?, ?>) sent.get("headers")).get("big")).isEqualTo("x".repeat(255) + '…');
    }
}
