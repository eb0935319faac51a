package io.parley.testkit;

import static io.parley.testkit.FailingService.ASK;
import static io.parley.testkit.FailingService.COUNT;
import static io.parley.testkit.FailingService.awaitLink;
import static io.parley.testkit.FailingService.failureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.DeadLetter;
import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.environment.Environment;
import io.parley.failure.DeadlinePassedException;
import io.parley.failure.FaultCode;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.failure.TooLargeException;
import io.parley.failure.UnencodableException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of peers over any transport about messages that are not sent, or not taken, and why. In real time. */
public interface PeerRefusalContract extends PeerSetup {

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
    default void shouldNotSendWhatTheReceiverDoesNotTake() {
        try (Mesh mesh = mesh()) {
            Peer failing = mesh.add(mesh.builder("failing")
                    .limits(Limits.defaults().withMaxMessageBytes(1024))
                    .open());
            failing.reply(ASK, Message::payload);
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ASK);
            awaitLink(caller, ASK);
            assertThatThrownBy(() -> requestor.request("x".repeat(100_000))).isInstanceOf(TooLargeException.class);
            failureOf(TooLargeException.class, requestor.requestAsync("x".repeat(100_000)));
            assertThat(requestor.request("small")).isEqualTo("small");
        }
    }

    @Test
    default void shouldNotSendHeadersThatTheWireCannotHold() {
        try (Mesh mesh = mesh()) {
            mesh.open("failing").reply(ASK, Message::payload);
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ASK);
            awaitLink(caller, ASK);
            for (Headers headers : List.of(
                    Headers.builder().correlationId("x".repeat(256)).build(),
                    Headers.builder().key("a\0b").build(),
                    Headers.builder().put("half", "\ud800").build(),
                    Headers.builder().put("", "nameless").build(),
                    Headers.builder().put("long", "x".repeat(66_000)).build())) {
                Message<String> message = Message.document("q").withHeaders(headers);
                var failure = catchThrowableOfType(UnencodableException.class, () -> requestor.request(message));
                assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
                failureOf(UnencodableException.class, requestor.requestAsync(message));
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
            awaitLink(caller, ASK);
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
            failing.reply(ASK, HandlerOptions.serial(), request -> {
                handled.add(request.payload());
                return gate.pass(request.payload());
            });
            var received = new ArrayList<Integer>();
            failing.receive(COUNT, HandlerOptions.serial(), message -> {
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
}
