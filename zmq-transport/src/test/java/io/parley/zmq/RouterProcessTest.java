package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.Survey;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.LinkLostException;
import io.parley.failure.Outcome;
import io.parley.message.Message;
import io.parley.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Routers as processes of their own, between peers that have a registry and one that has but the routers' addresses. */
@Timeout(180)
class RouterProcessTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final RequestChannel<byte[], byte[]> SCAN =
            PointToPointChannel.of("orders/scan", byte[].class).withReply(byte[].class);
    private static final PointToPointChannel<String> NOTE = PointToPointChannel.of("orders/note", String.class);
    private static final PublishSubscribeChannel<String> EVENTS =
            PublishSubscribeChannel.of("orders/events", String.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("orders/poll", String.class).withResponses(String.class);

    private static final Limits LIMITS = Limits.defaults().withMaxMessageBytes(64 << 20);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path mesh;

    private final List<Process> processes = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();

    @BeforeEach
    void startRouters() throws IOException {
        for (int i = 0; i < 2; i++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx768m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Router.class.getName(),
                            mesh.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
        }
        for (Process process : processes) {
            BufferedReader output = process.inputReader();
            addresses.add(output.readLine());
        }
    }

    @AfterEach
    void end() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
        processes.forEach(Process::destroyForcibly);
    }

    private Peer orders() {
        Peer peer = Peer.named("orders")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .limits(LIMITS)
                .open();
        peers.add(peer);
        return peer;
    }

    private Peer guest() {
        FixedDiscovery.Builder fixed = FixedDiscovery.builder();
        addresses.forEach(fixed::everyService);
        Peer peer = Peer.named("guest")
                .transport(ZmqTransport.create())
                .discovery(fixed.build())
                .limits(LIMITS)
                .open();
        peers.add(peer);
        return peer;
    }

    @Test
    void allStylesPassThrough() throws Exception {
        Peer orders = orders();
        var notes = new ConcurrentLinkedQueue<String>();
        var heard = new ConcurrentLinkedQueue<String>();
        orders.reply(PLACE, question -> {
            if (question.payload().equals("gin")) {
                throw new HandlerFault("not-sold", "We do not sell gin");
            }
            return "took " + question.payload();
        });
        orders.receive(NOTE, note -> notes.add(note.payload()));
        var publisher = orders.publisher(EVENTS);
        var surveyor = orders.surveyor(POLL);
        Peer guest = guest();
        var requestor = guest.requestor(PLACE);
        assertThat(requestor.request("tea", LONG)).isEqualTo("took tea");
        assertThat(requestor.requestAsync("mug", LONG).get()).isEqualTo("took mug");
        assertThatThrownBy(() -> requestor.request("gin", LONG))
                .isInstanceOfSatisfying(FaultedException.class, faulted -> assertThat(faulted.code())
                        .isEqualTo("not-sold"));
        guest.sender(NOTE).send("careful");
        Await.until(() -> "the note has come", LONG, () -> notes.contains("careful"));
        var subscription = guest.subscribe(EVENTS, event -> heard.add(event.payload()));
        guest.respond(POLL, question -> "yes to " + question.payload());
        assertThat(subscription.awaitConnected(LONG)).isTrue();
        for (int i = 0; i < 1000; i++) {
            publisher.publish("sold " + i);
        }
        Await.until(() -> "all events have come", LONG, () -> heard.size() >= 1000);
        assertThat(heard).hasSize(1000).doesNotHaveDuplicates();
        Await.until(() -> "the survey is answered", LONG, () -> {
            var survey = surveyor.survey("tea?", Duration.ofSeconds(2), 1);
            List<Message<String>> responses = await(survey);
            return responses.size() == 1 && responses.get(0).payload().equals("yes to tea?");
        });
    }

    private static List<Message<String>> await(Survey<String> survey) {
        return survey.whenEnded().join();
    }

    @Test
    void whatIsInFlightOnARouterThatIsKilledFailsAtOnceAndTheRestGoesOnThroughTheOther() {
        Peer orders = orders();
        var asked = new ConcurrentLinkedQueue<String>();
        orders.replyAsync(PLACE, HandlerOptions.inline(), question -> {
            asked.add(question.payload());
            return question.payload().startsWith("wait")
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture("took " + question.payload());
        });
        Peer guest = guest();
        var requestor = guest.requestor(PLACE);
        Await.until(
                () -> "both routers are linked to",
                LONG,
                () -> guest.counters().linksUp() == 2
                        || requestor.request("warm", LONG).isEmpty());
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            waiting.add(requestor.requestAsync("wait " + i, Duration.ofMinutes(10)));
        }
        Await.until(
                () -> "all are in hand",
                LONG,
                () -> asked.stream()
                                .filter(question -> question.startsWith("wait"))
                                .count()
                        == 40);
        processes.get(0).destroyForcibly();
        Await.until(
                () -> "what was on it has failed",
                LONG,
                () -> waiting.stream().anyMatch(CompletableFuture::isDone)
                        && guest.counters().linksUp() == 1);
        List<CompletableFuture<String>> lost =
                waiting.stream().filter(CompletableFuture::isDone).toList();
        assertThat(lost).hasSizeBetween(1, 39);
        for (CompletableFuture<String> each : lost) {
            assertThatThrownBy(each::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(LinkLostException.class, failure -> assertThat(failure.outcome())
                            .isEqualTo(Outcome.UNKNOWN));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(requestor.request("" + i, LONG)).isEqualTo("took " + i);
        }
    }

    @Test
    void theLargestMessagesPassThrough() {
        Peer orders = orders();
        orders.reply(SCAN, scan -> {
            byte[] sorted = scan.payload().clone();
            Arrays.sort(sorted);
            return sorted;
        });
        byte[] scan = new byte[64 << 20];
        for (int i = 0; i < scan.length; i++) {
            scan[i] = (byte) (i * 31);
        }
        byte[] answer = guest().requestor(SCAN).request(scan, LONG);
        Arrays.sort(scan);
        assertThat(Arrays.equals(answer, scan)).isTrue();
    }

    /** A router until it is killed, or its standard input ends. */
    static final class Router {

        private Router() {}

        public static void main(String[] arguments) throws IOException {
            try (Peer router = Peer.named("router")
                    .transport(ZmqTransport.create())
                    .discovery(LocalDirectoryDiscovery.at(Path.of(arguments[0])))
                    .limits(LIMITS)
                    .forwarding(RouterOptions.defaults())
                    .open()) {
                System.out.println(router.self().address());
                System.in.read();
            }
        }
    }
}
