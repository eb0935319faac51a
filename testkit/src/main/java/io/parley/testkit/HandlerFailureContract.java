package io.parley.testkit;

import static io.parley.testkit.FailingService.ASK;
import static io.parley.testkit.FailingService.COUNT;
import static io.parley.testkit.FailingService.overflowStack;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.DeadLetter;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The contract of peers over any transport about handlers that fail: the caller is told, and nothing is swallowed. In real time. */
public interface HandlerFailureContract extends PeerSetup {

    @Test
    default void shouldTellTheCallerHoweverAHandlerFailsAndLiveOn() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withHandlerThreads(1))
                    .onError((what, cause) -> {})
                    .open());
            Function<String, CompletableFuture<String>> failures = how -> switch (how) {
                case "runtime" -> throw new IllegalStateException("not now");
                case "error" -> overflowStack();
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
                overflowStack();
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
