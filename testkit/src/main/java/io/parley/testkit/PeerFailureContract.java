package io.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.DeadLetter;
import io.parley.Handling;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.Channel;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.environment.Environment;
import io.parley.failure.DeadlinePassedException;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.InterruptedCallException;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.failure.OverloadedException;
import io.parley.failure.PeerClosedException;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.failure.TooLargeException;
import io.parley.failure.UnencodableException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.testkit.PeerContract.Mesh;
import io.parley.time.Deadline;
import io.parley.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How peers fail over any transport: every failure has a name, and nothing is swallowed. In real time. */
public interface PeerFailureContract {

    /** How long these tests wait for what must come. */
    Duration PATIENCE = Duration.ofSeconds(60);

    RequestChannel<String, String> ASK =
            PointToPointChannel.of("failing/ask", String.class).withReply(String.class);
    PointToPointChannel<Integer> COUNT = PointToPointChannel.of("failing/count", Integer.class);

    /** A transport by which all peers of one test can reach each other; the same one at each call within a test. */
    Transport transport();

    /** A handler that waits until it is let go, and counts. */
    final class Gate {

        final CountDownLatch open = new CountDownLatch(1);
        final AtomicInteger begun = new AtomicInteger();

        Gate() {}

        String pass(String payload) {
            begun.incrementAndGet();
            try {
                assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return payload;
        }

        void awaitBegun(int count) {
            Await.until(count + " begun", () -> begun.get() == count);
        }
    }

    private Mesh mesh() {
        return new Mesh(transport());
    }

    private static void link(Peer peer, Channel channel) {
        try {
            assertThat(peer.awaitReachable(channel, PATIENCE)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <X extends Throwable> X failure(Class<X> type, CompletableFuture<?> stage) {
        var wrapped =
                catchThrowableOfType(ExecutionException.class, () -> stage.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertThat(wrapped).isNotNull();
        Throwable cause = Objects.requireNonNull(wrapped.getCause());
        assertThat(cause).isInstanceOf(type);
        return Objects.requireNonNull(type.cast(cause));
    }

    @Test
    default void shouldRefuseAMessageOfTheWrongStyle() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.open("failing");
            failing.receive(COUNT, message -> {});
            failing.reply(ASK, Message::payload);
            BlockingQueue<DeadLetter> letters = new LinkedBlockingQueue<>();
            Peer caller =
                    mesh.add(mesh.builder("caller").onDeadLetter(letters::add).open());
            var requestor = caller.requestor(COUNT.withReply(Integer.class));
            var failure = catchThrowableOfType(RefusedException.class, () -> requestor.request(1));
            assertThat(failure.code()).isEqualTo(FaultCode.WRONG_STYLE);
            caller.sender(new PointToPointChannel<>(ASK.name(), String.class)).send("one way");
            DeadLetter letter = letters.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(letter).isNotNull();
            assertThat(letter.channel()).isEqualTo(ASK.name());
            assertThat(letter.cause())
                    .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                            .isEqualTo(FaultCode.WRONG_STYLE));
            assertThat(failing.counters().refusals()).isEqualTo(2);
        }
    }

    @Test
    default void shouldRefuseAPayloadThatIsNotWhatTheChannelCarries() {
        try (Mesh mesh = mesh()) {
            mesh.open("failing").reply(COUNT.withReply(Integer.class), Message::payload);
            var bytes = PointToPointChannel.of(COUNT.name().toString(), byte[].class);
            var requestor = mesh.open("caller").requestor(bytes.withReply(byte[].class));
            for (String contentType : List.of("application/json", "application/octet-stream", "no such type")) {
                Message<byte[]> message = Message.document("{\"broken\":".getBytes(UTF_8))
                        .withHeaders(Headers.builder().contentType(contentType).build());
                var failure = catchThrowableOfType(RefusedException.class, () -> requestor.request(message));
                assertThat(failure.code()).as(contentType).isEqualTo(FaultCode.INVALID_PAYLOAD);
                assertThat(failure.outcome()).isEqualTo(Outcome.REFUSED);
            }
        }
    }

    @Test
    default void shouldTellTheCallerHoweverAHandlerFailsAndLiveOn() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withHandlerThreads(1))
                    .onError((what, cause) -> {})
                    .open());
            Function<String, CompletableFuture<String>> failures = how -> switch (how) {
                case "runtime" -> throw new IllegalStateException("not now");
                case "error" -> endless(0);
                case "null" -> CompletableFuture.completedFuture(null);
                case "no stage" -> null;
                case "later" ->
                    CompletableFuture.supplyAsync(() -> {
                        throw new HandlerFault("sold-out", "no more");
                    });
                case "bad code" -> throw new HandlerFault("x".repeat(300), "its code is too long");
                default -> CompletableFuture.completedFuture("fine");
            };
            failing.replyAsync(ASK, request -> failures.apply(request.payload()));
            var requestor = mesh.open("caller").requestor(ASK);
            for (String how : List.of("runtime", "error", "null", "no stage", "later", "bad code")) {
                var failure = catchThrowableOfType(FaultedException.class, () -> requestor.request(how));
                assertThat(failure).as(how).isNotNull();
                assertThat(failure.outcome()).isEqualTo(Outcome.FAULTED);
                assertThat(failure.code()).as(how).isEqualTo(how.equals("later") ? "sold-out" : "handler-failed");
                assertThat(failure.getMessage()).as(how).isNotBlank();
            }
            assertThat(catchThrowableOfType(FaultedException.class, () -> requestor.request("runtime")))
                    .hasMessage("not now");
            assertThat(requestor.request("well")).isEqualTo("fine");
        }
    }

    private static CompletableFuture<String> endless(int depth) {
        return depth < 0
                ? CompletableFuture.completedFuture("")
                : endless(depth + 1).thenApply(text -> text + depth);
    }

    @Test
    default void shouldTellTheCallerThatAnAnswerCannotBeSent() {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withMaxMessageBytes(2048))
                    .onError((what, cause) -> {})
                    .open());
            failing.reply(ASK, request -> "x".repeat(Integer.parseInt(request.payload())));
            var requestor = mesh.open("caller").requestor(ASK);
            assertThat(requestor.request("2048")).hasSize(2048);
            var failure = catchThrowableOfType(FaultedException.class, () -> requestor.request("2049"));
            assertThat(failure.code()).isEqualTo("unsendable-reply");
        }
    }

    @Test
    default void shouldTellTheCallerThatAnAnswerIsTooLargeForItsOwnFrames() {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.add(
                    mesh.builder("failing").onError((what, cause) -> {}).open());
            failing.reply(ASK, request -> "x".repeat(Integer.parseInt(request.payload())));
            Peer caller = mesh.add(mesh.builder("caller")
                    .limits(Limits.defaults().withMaxMessageBytes(1024))
                    .open());
            var requestor = caller.requestor(ASK);
            var failure = catchThrowableOfType(FaultedException.class, () -> requestor.request("1000000"));
            assertThat(failure.code()).isEqualTo("unsendable-reply");
            assertThat(requestor.request("1000")).hasSize(1000);
        }
    }

    @Test
    default void shouldNotSendWhatTheReceiverDoesNotTake() {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withMaxMessageBytes(1024))
                    .open());
            failing.reply(ASK, Message::payload);
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ASK);
            link(caller, ASK);
            assertThatThrownBy(() -> requestor.request("x".repeat(100_000))).isInstanceOf(TooLargeException.class);
            failure(TooLargeException.class, requestor.requestAsync("x".repeat(100_000)));
            assertThat(requestor.request("small")).isEqualTo("small");
        }
    }

    @Test
    default void shouldNotSendHeadersThatTheWireCannotHold() {
        try (Mesh mesh = mesh()) {
            mesh.open("failing").reply(ASK, Message::payload);
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ASK);
            link(caller, ASK);
            for (Headers headers : List.of(
                    Headers.builder().correlationId("x".repeat(256)).build(),
                    Headers.builder().key("a\0b").build(),
                    Headers.builder().put("half", "\ud800").build(),
                    Headers.builder().put("", "nameless").build(),
                    Headers.builder().put("long", "x".repeat(66_000)).build())) {
                Message<String> message = Message.document("q").withHeaders(headers);
                var failure = catchThrowableOfType(UnencodableException.class, () -> requestor.request(message));
                assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
                failure(UnencodableException.class, requestor.requestAsync(message));
            }
            assertThat(requestor.request("next")).isEqualTo("next");
        }
    }

    @Test
    default void shouldSendNothingAfterTheDeadline() {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.open("failing");
            failing.reply(ASK, Message::payload);
            failing.receive(COUNT, message -> {});
            Peer caller = mesh.open("caller");
            link(caller, ASK);
            Headers passed = Headers.builder()
                    .deadline(Deadline.after(Duration.ZERO, Environment.system().time()))
                    .build();
            var failure = catchThrowableOfType(DeadlinePassedException.class, () -> caller.requestor(ASK)
                    .request(Message.document("q").withHeaders(passed)));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
            assertThatThrownBy(
                            () -> caller.sender(COUNT).send(Message.document(1).withHeaders(passed)))
                    .isInstanceOf(DeadlinePassedException.class);
            assertThat(failing.counters().received()).isZero();
        }
    }

    @Test
    default void shouldNotBeginWhatTheDeadlineOvertookInTheQueue() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.open("failing");
            var gate = new Gate();
            List<String> handled = Collections.synchronizedList(new ArrayList<>());
            failing.reply(ASK, Handling.serial(), request -> {
                handled.add(request.payload());
                return gate.pass(request.payload());
            });
            var received = new ArrayList<Integer>();
            failing.receive(COUNT, Handling.serial(), message -> {
                if (message.payload() == 1) {
                    gate.pass("");
                }
                received.add(message.payload());
            });
            BlockingQueue<DeadLetter> letters = new LinkedBlockingQueue<>();
            Peer caller =
                    mesh.add(mesh.builder("caller").onDeadLetter(letters::add).open());
            var requestor = caller.requestor(ASK);
            var first = requestor.requestAsync("first");
            caller.sender(COUNT).send(1);
            gate.awaitBegun(2);
            assertThatThrownBy(() -> requestor.request("second", Duration.ofMillis(30)))
                    .isInstanceOf(TimedOutException.class);
            Headers soon = Headers.builder()
                    .deadline(Deadline.after(
                            Duration.ofMillis(30), Environment.system().time()))
                    .build();
            caller.sender(COUNT).send(Message.document(2).withHeaders(soon));
            // The receiver counts from the arrival, so its deadline is a little later.
            Deadline later =
                    Deadline.after(Duration.ofMillis(130), Environment.system().time());
            Await.until("the deadline", later::hasPassed);
            gate.open.countDown();
            assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("first");
            DeadLetter letter = letters.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(letter).isNotNull();
            assertThat(letter.cause())
                    .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                            .isEqualTo(FaultCode.TOO_LATE));
            assertThat(failing.counters().refusals())
                    .as("the request was cancelled at its deadline and not even refused")
                    .isEqualTo(1);
            assertThat(handled).containsExactly("first");
            assertThat(received).containsExactly(1);
        }
    }

    @Test
    default void shouldTellAtOnceThatAReceiverHasNoRoomOrWaitForIt() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withWindow(2, 8 * 1024 * 1024))
                    .open());
            BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
            failing.receive(COUNT, Handling.serial(), message -> {
                gate.pass("");
                received.add(message.payload());
            });
            failing.reply(ASK, Message::payload);
            Peer caller = mesh.open("caller");
            var sender = caller.sender(COUNT);
            link(caller, COUNT);
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
            failing.receive(COUNT, Handling.serial(), message -> gate.pass(""));
            Peer caller = mesh.add(mesh.builder("caller")
                    .limits(Limits.defaults().withMaxWaiting(1))
                    .defaultLimit(Duration.ofMillis(200))
                    .open());
            var sender = caller.sender(COUNT);
            link(caller, COUNT);
            sender.send(1);
            var waiting = sender.sendAsync(2);
            assertThat(failure(OverloadedException.class, sender.sendAsync(3)))
                    .as("no more than one may wait")
                    .isNotNull();
            assertThat(failure(OverloadedException.class, waiting).outcome()).isEqualTo(Outcome.NOT_SENT);
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
            failing.reply(ASK, Handling.serial(), request -> gate.pass(request.payload()));
            var requestor = mesh.open("caller").requestor(ASK);
            var first = requestor.requestAsync("first");
            gate.awaitBegun(1);
            var second = requestor.requestAsync("second");
            var failure = failure(RefusedException.class, requestor.requestAsync("third"));
            assertThat(failure.code()).isEqualTo(FaultCode.BUSY);
            gate.open.countDown();
            assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("first");
            assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("second");
        }
    }

    @Test
    default void shouldMakeADeadLetterOfAOneWayMessageThatFails() throws Exception {
        try (Mesh mesh = mesh()) {
            BlockingQueue<DeadLetter> receivers = new LinkedBlockingQueue<>();
            BlockingQueue<DeadLetter> senders = new LinkedBlockingQueue<>();
            BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
            Peer failing = mesh.add(mesh.builder("failing")
                    .onDeadLetter(receivers::add)
                    .onError((what, cause) -> errors.add(cause))
                    .open());
            failing.receive(COUNT, message -> {
                if (message.payload() == 13) {
                    throw new HandlerFault("unlucky", "thirteen");
                }
                endless(0);
            });
            Peer caller =
                    mesh.add(mesh.builder("caller").onDeadLetter(senders::add).open());
            var id = caller.sender(COUNT).send(13);
            DeadLetter letter = receivers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(letter).isNotNull();
            assertThat(letter.cause()).isInstanceOf(HandlerFault.class).hasMessage("thirteen");
            assertThat(errors).as("told to the error handler too").contains(letter.cause());
            assertThat(new String(letter.payload(), UTF_8)).isEqualTo("13");
            assertThat(letter.headers().id()).hasValue(id);
            caller.sender(COUNT).send(14);
            letter = receivers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(letter).isNotNull();
            assertThat(letter.cause()).hasRootCauseInstanceOf(StackOverflowError.class);
            assertThat(failing.counters().deadLetters()).isEqualTo(2);

            var nowhere = PointToPointChannel.of("failing/nowhere", Integer.class);
            id = caller.sender(nowhere).send(7);
            letter = senders.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(letter).isNotNull();
            assertThat(letter.headers().id()).hasValue(id);
            assertThat(letter.channel()).isEqualTo(nowhere.name());
            assertThat(letter.cause())
                    .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                            .isEqualTo(FaultCode.UNKNOWN_CHANNEL));
        }
    }

    @Test
    default void shouldFailAtOnceWhenTheReplierGoesInTheMiddleOfARequest() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.open("failing");
            failing.reply(ASK, request -> gate.pass(request.payload()));
            var asked = mesh.open("caller").requestor(ASK).requestAsync("q", Duration.ofMinutes(5));
            gate.awaitBegun(1);
            failing.close(Duration.ofMillis(1));
            assertThat(failure(LinkLostException.class, asked).outcome()).isEqualTo(Outcome.UNKNOWN);
            gate.open.countDown();
        }
    }

    @Test
    default void shouldNotBeginARequestThatWasCancelledInTheQueue() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            List<String> handled = Collections.synchronizedList(new ArrayList<>());
            mesh.open("failing").reply(ASK, Handling.serial(), request -> {
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
            failure(LinkLostException.class, asked);
            gate.open.countDown();
        }
    }

    @Test
    default void shouldCloseInTimeThoughAHandlerBlocksTheIoContext() throws Exception {
        try (Mesh mesh = mesh()) {
            var gate = new Gate();
            Peer failing = mesh.open("failing");
            failing.reply(ASK, Handling.inline(), request -> gate.pass(request.payload()));
            var other = PointToPointChannel.of("elsewhere/count", Integer.class);
            // It does not ask whether the other end is still there: the end of the connection has to tell it.
            Peer caller = mesh.add(mesh.builder("caller")
                    .limits(Limits.defaults().withHeartbeat(Duration.ofMinutes(10)))
                    .open());
            var asked = caller.requestor(ASK).requestAsync("q");
            gate.awaitBegun(1);
            var waiting = failing.sender(other).sendAsync(1);
            failing.close(Duration.ofMillis(100));
            failure(PeerClosedException.class, waiting);
            gate.open.countDown();
            failure(LinkLostException.class, asked);
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
            failing.receive(COUNT, Handling.inline(), message -> {
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
            failure(LinkLostException.class, asked);
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
            failure(PeerClosedException.class, requestor.requestAsync("closed"));
            assertThatThrownBy(() -> sender.send(1)).isInstanceOf(PeerClosedException.class);
            failure(PeerClosedException.class, sender.sendAsync(1));
            assertThatThrownBy(() -> publisher.publish("closed")).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(() -> surveyor.survey("?", PATIENCE)).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(() -> caller.requestor(ASK)).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(() -> caller.subscribe(news, event -> {})).isInstanceOf(PeerClosedException.class);
            assertThatThrownBy(
                            () -> caller.receive(PointToPointChannel.of("caller/inbox", String.class), message -> {}))
                    .isInstanceOf(PeerClosedException.class);
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

    @Test
    default void shouldLetEveryHandlerWaitForStagesOfItsOwn() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withHandlerThreads(2))
                    .open());
            var inner = PointToPointChannel.of("inner/ask", String.class).withReply(String.class);
            mesh.open("inner").reply(inner, Message::payload);
            var onward = failing.requestor(inner);
            failing.reply(
                    ASK, request -> onward.requestAsync(request.payload()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            var requestor = mesh.open("caller").requestor(ASK);
            var answers = new ArrayList<CompletableFuture<String>>();
            for (int i = 0; i < 20; i++) {
                answers.add(requestor.requestAsync("q" + i));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(answers.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo("q" + i);
            }
        }
    }
}
