package io.parley.testkit;

import static io.parley.testkit.FailingService.ASK;
import static io.parley.testkit.FailingService.COUNT;
import static io.parley.testkit.FailingService.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.failure.PeerClosedException;
import io.parley.message.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The contract of peers over any transport about their end: how they close, and how the other end notices. In real time. */
public interface PeerClosingContract extends PeerSetup {

    @Test
    default void shouldFailAtOnceWhenTheReplierGoesInTheMiddleOfARequest() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.open("failing");
            failing.reply(ASK, request -> gate.pass(request.payload()));
            var asked = mesh.open("caller").requestor(ASK).requestAsync("q", Duration.ofMinutes(5));
            gate.awaitBegun(1);
            failing.close(Duration.ofMillis(1));
            assertThat(failureOf(LinkLostException.class, asked).outcome()).isEqualTo(Outcome.UNKNOWN);
            gate.open.countDown();
        }
    }

    @Test
    default void shouldAnswerWhatIsInHandAndTakeNothingNewWhileClosing() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer closing = mesh.open("failing");
            closing.reply(ASK, request -> gate.pass("old " + request.payload()));
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ASK);
            var inHand = requestor.requestAsync("in hand");
            gate.awaitBegun(1);
            var closed = closing.closeAsync(PATIENCE);
            Await.until("word that it goes", () -> caller.counters().linksUp() == 0);
            Peer successor = mesh.open("failing");
            successor.reply(ASK, request -> "new " + request.payload());
            assertThat(caller.awaitReachable(ASK, PATIENCE)).isTrue();
            assertThat(requestor.request("next")).isEqualTo("new next");
            assertThat(gate.begun).hasValue(1);
            assertThat(closed).isNotDone();
            gate.open.countDown();
            assertThat(inHand.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("old in hand");
            closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    default void messagesThatCrossAFarewellAreHandled() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (Mesh mesh = mesh()) {
                Peer closing = mesh.open("failing");
                closing.reply(ASK, Message::payload);
                Peer caller = mesh.open("caller");
                assertThat(caller.awaitReachable(ASK, PATIENCE)).isTrue();
                var requestor = caller.requestor(ASK);
                var isOver = new AtomicBoolean();
                var asked = new ConcurrentLinkedQueue<CompletableFuture<String>>();
                var asking = new Thread(() -> {
                    while (!isOver.get()) {
                        asked.add(requestor.requestAsync("crossing"));
                        LockSupport.parkNanos(20_000);
                    }
                });
                asking.start();
                Await.until("requests under way", () -> asked.size() > 100);
                closing.close();
                isOver.set(true);
                asking.join();
                for (CompletableFuture<String> each : asked) {
                    MessagingException failure = each.handle((answer, problem) -> (MessagingException)
                                    (problem instanceof CompletionException ? problem.getCause() : problem))
                            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    assertThat(failure == null ? Outcome.NOT_SENT : failure.outcome())
                            .as(String.valueOf(failure))
                            .isEqualTo(Outcome.NOT_SENT);
                }
            }
        }
    }

    @Test
    default void shouldCloseThoughAHandlerNeverEnds() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.open("failing");
            failing.reply(ASK, request -> gate.pass(request.payload()));
            Peer caller = mesh.open("caller");
            var asked = caller.requestor(ASK).requestAsync("q");
            gate.awaitBegun(1);
            // Both return, while the handler is still waiting.
            failing.close(Duration.ofMillis(100));
            caller.close(Duration.ofMillis(100));
            failureOf(LinkLostException.class, asked);
            gate.open.countDown();
        }
    }

    @Test
    default void shouldCloseInTimeThoughAHandlerBlocksTheIoContext() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.open("failing");
            failing.reply(ASK, HandlerOptions.inline(), request -> gate.pass(request.payload()));
            var other = PointToPointChannel.of("elsewhere/count", Integer.class);
            // It does not ask whether the other end is still there: the end of the connection has to tell it.
            Peer caller = mesh.add(mesh.builder("caller")
                    .limits(Limits.defaults().withHeartbeat(Duration.ofMinutes(10)))
                    .open());
            var asked = caller.requestor(ASK).requestAsync("q");
            gate.awaitBegun(1);
            var waiting = failing.sender(other).sendAsync(1);
            failing.close(Duration.ofMillis(100));
            failureOf(PeerClosedException.class, waiting);
            gate.open.countDown();
            failureOf(LinkLostException.class, asked);
        }
    }

    @Test
    default void shouldCloseOnceHoweverOftenItIsToldAndFromWhereverButTheIoContext() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.open("failing");
            var closed = new CompletableFuture<Void>();
            failing.reply(ASK, request -> {
                if (request.payload().equals("close")) {
                    failing.close(Duration.ofMillis(50));
                    closed.complete(null);
                }
                return "closed";
            });
            var inline = new CompletableFuture<Throwable>();
            failing.receive(COUNT, HandlerOptions.inline(), message -> {
                try {
                    failing.close();
                    inline.complete(new AssertionError("closed from its own I/O context"));
                } catch (IllegalStateException e) {
                    inline.complete(e);
                }
            });
            Peer caller = mesh.open("caller");
            caller.sender(COUNT).send(1);
            assertThat(inline.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
            var asked = caller.requestor(ASK).requestAsync("close");
            closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            failing.close();
            failing.closeAsync(Duration.ZERO).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            failureOf(LinkLostException.class, asked);
        }
    }

    @Test
    default void shouldSayThatItIsClosed() {
        try (Mesh mesh = mesh()) {
            mesh.open("failing").reply(ASK, Message::payload);
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ASK);
            var sender = caller.sender(COUNT);
            var news = PublishSubscribeChannel.of("caller/news", String.class);
            var publisher = caller.publisher(news);
            var surveyor = caller.surveyor(
                    PublishSubscribeChannel.of("caller/poll", String.class).withResponses(String.class));
            assertThat(requestor.request("open")).isEqualTo("open");
            caller.close();
            assertThatThrownBy(() -> requestor.request("closed")).isInstanceOf(PeerClosedException.class);
            failureOf(PeerClosedException.class, requestor.requestAsync("closed"));
            assertThatThrownBy(() -> sender.send(1)).isInstanceOf(PeerClosedException.class);
            failureOf(PeerClosedException.class, sender.sendAsync(1));
            assertThatThrownBy(() -> publisher.publish("closed")).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(() -> surveyor.survey("?", PATIENCE)).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(() -> caller.requestor(ASK)).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(() -> caller.subscribe(news, event -> {})).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(
                            () -> caller.receive(PointToPointChannel.of("caller/inbox", String.class), message -> {}))
                    .isInstanceOf(PeerClosedException.class);
        }
    }
}
