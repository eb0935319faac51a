package io.parley.testkit;

import static io.parley.testkit.FailingService.ASK;
import static io.parley.testkit.FailingService.COUNT;
import static io.parley.testkit.FailingService.awaitLink;
import static io.parley.testkit.FailingService.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.failure.FaultCode;
import io.parley.failure.InterruptedCallException;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.failure.OverloadedException;
import io.parley.failure.RefusedException;
import io.parley.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of peers over any transport about messages and callers that wait, and how their wait ends. In real time. */
public interface PeerWaitingContract extends PeerSetup {

    @Test
    default void shouldTellAtOnceThatAReceiverHasNoRoomOrWaitForIt() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withWindow(2, 8 * 1024 * 1024))
                    .open());
            BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
            failing.receive(COUNT, HandlerOptions.serial(), message -> {
                gate.pass("");
                received.add(message.payload());
            });
            failing.reply(ASK, Message::payload);
            Peer caller = mesh.open("caller");
            var sender = caller.sender(COUNT);
            awaitLink(caller, COUNT);
            sender.send(1);
            sender.send(2);
            var failure = catchThrowableOfType(OverloadedException.class, () -> sender.send(3));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
            assertThatThrownBy(() -> caller.requestor(ASK).request("q")).isInstanceOf(OverloadedException.class);
            var waiting = new ArrayList<CompletableFuture<?>>();
            for (int i = 4; i < 10; i++) {
                waiting.add(sender.sendAsync(i));
            }
            var asked = caller.requestor(ASK).requestAsync("q");
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            assertThat(asked).isNotDone();
            gate.open.countDown();
            for (CompletableFuture<?> sent : waiting) {
                sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("q");
            Await.until("all received", () -> received.size() == 8);
            assertThat(received).containsExactly(1, 2, 4, 5, 6, 7, 8, 9);
        }
    }

    @Test
    default void shouldFailWhatWaitedForRoomInVain() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withWindow(1, 8 * 1024 * 1024))
                    .open());
            failing.receive(COUNT, HandlerOptions.serial(), message -> gate.pass(""));
            Peer caller = mesh.add(mesh.builder("caller")
                    .limits(Limits.defaults().withMaxWaiting(1))
                    .defaultTimeout(Duration.ofMillis(200))
                    .open());
            var sender = caller.sender(COUNT);
            awaitLink(caller, COUNT);
            sender.send(1);
            var waiting = sender.sendAsync(2);
            assertThat(failureOf(OverloadedException.class, sender.sendAsync(3)))
                    .as("no more than one may wait")
                    .isNotNull();
            assertThat(failureOf(OverloadedException.class, waiting).outcome()).isEqualTo(Outcome.NOT_SENT);
            gate.open.countDown();
        }
    }

    @Test
    default void shouldRefuseAsBusyWhatTheQueueHasNoRoomFor() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withMaxQueued(1))
                    .open());
            failing.reply(ASK, HandlerOptions.serial(), request -> gate.pass(request.payload()));
            var requestor = mesh.open("caller").requestor(ASK);
            var first = requestor.requestAsync("first");
            gate.awaitBegun(1);
            var second = requestor.requestAsync("second");
            var failure = failureOf(RefusedException.class, requestor.requestAsync("third"));
            assertThat(failure.code()).isEqualTo(FaultCode.BUSY);
            gate.open.countDown();
            assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("first");
            assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("second");
        }
    }

    @Test
    default void shouldNotBeginARequestThatWasCancelledInTheQueue() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            List<String> handled = Collections.synchronizedList(new ArrayList<>());
            mesh.open("failing").reply(ASK, HandlerOptions.serial(), request -> {
                handled.add(request.payload());
                return gate.pass(request.payload());
            });
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ASK);
            var first = requestor.requestAsync("first");
            gate.awaitBegun(1);
            var second = requestor.requestAsync("second");
            assertThat(second.cancel(true)).isTrue();
            // What follows on the link shows that the cancellation is there.
            var third = requestor.requestAsync("third");
            Await.until("three sent", () -> caller.counters().sent() == 3);
            assertThatThrownBy(() ->
                            caller.requestor(COUNT.withReply(Integer.class)).request(1))
                    .isInstanceOf(RefusedException.class);
            gate.open.countDown();
            assertThat(third.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("third");
            assertThat(first).isCompletedWithValue("first");
            assertThat(handled).containsExactly("first", "third");
        }
    }

    @Test
    default void shouldEndTheWaitOfACallerThatIsInterrupted() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            mesh.open("failing").reply(ASK, request -> gate.pass(request.payload()));
            var requestor = mesh.open("caller").requestor(ASK);
            var outcome = new CompletableFuture<MessagingException>();
            var flag = new CompletableFuture<Boolean>();
            var caller = new Thread(() -> {
                outcome.complete(catchThrowableOfType(MessagingException.class, () -> requestor.request("q")));
                flag.complete(Thread.currentThread().isInterrupted());
            });
            caller.start();
            gate.awaitBegun(1);
            caller.interrupt();
            assertThat(outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(InterruptedCallException.class);
            assertThat(flag.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            gate.open.countDown();
            assertThat(requestor.request("again")).isEqualTo("again");
        }
    }

    @Test
    default void shouldSayWhenNobodyIsThereToWaitFor() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer caller = mesh.open("caller");
            var news = PublishSubscribeChannel.of("failing/news", String.class);
            var subscription = caller.subscribe(news, event -> {});
            assertThat(subscription.awaitConnected(Duration.ofMillis(100))).isFalse();
            assertThat(subscription.publishers()).isZero();
            assertThat(caller.awaitReachable(news, Duration.ofMillis(50))).isFalse();
            assertThat(caller.awaitReachable(ASK, Duration.ofMillis(50))).isFalse();
            mesh.open("failing").publisher(news);
            assertThat(subscription.awaitConnected(PATIENCE)).isTrue();
            caller.close();
            assertThat(subscription.awaitConnected(PATIENCE)).isFalse();
        }
    }
}
