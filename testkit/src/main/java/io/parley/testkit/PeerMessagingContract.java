package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.NoInstanceException;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.failure.TooLargeException;
import io.parley.message.Headers;
import io.parley.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract of peers over any transport about requests, replies and one-way messages. In real time. */
public interface PeerMessagingContract extends PeerSetup {

    RequestChannel<String, String> ECHO =
            PointToPointChannel.of("contract/echo", String.class).withReply(String.class);
    PointToPointChannel<Integer> NUMBERS = PointToPointChannel.of("contract/numbers", Integer.class);

    @Test
    default void shouldAnswerARequest() {
        try (Mesh mesh = mesh()) {
            mesh.open("contract").reply(ECHO, request -> "you said " + request.payload());
            assertThat(mesh.open("caller").requestor(ECHO).request("hello")).isEqualTo("you said hello");
        }
    }

    @Test
    default void shouldAnswerManyAsynchronousRequestsWithAStage() throws Exception {
        try (Mesh mesh = mesh()) {
            mesh.open("contract")
                    .replyAsync(ECHO, request -> CompletableFuture.supplyAsync(() -> request.payload() + "!"));
            var requestor = mesh.open("caller").requestor(ECHO);
            var answers = new ArrayList<CompletableFuture<String>>();
            for (int i = 0; i < 1000; i++) {
                answers.add(requestor.requestAsync("m" + i));
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(answers.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo("m" + i + "!");
            }
        }
    }

    @Test
    default void shouldAnswerInTheIoContextIfTheHandlerAsksForIt() {
        try (Mesh mesh = mesh()) {
            mesh.open("contract").reply(ECHO, HandlerOptions.inline(), request -> "inline " + request.payload());
            assertThat(mesh.open("caller").requestor(ECHO).request("hello")).isEqualTo("inline hello");
        }
    }

    @Test
    default void shouldDeliverOneWayMessagesEachOnceToOneOfTheCompetingInstances() throws Exception {
        try (Mesh mesh = mesh()) {
            Set<Integer> seen = ConcurrentHashMap.newKeySet();
            var first = new AtomicInteger();
            var second = new AtomicInteger();
            var twice = new AtomicInteger();
            for (AtomicInteger count : List.of(first, second)) {
                mesh.open("contract").receive(NUMBERS, message -> {
                    if (!seen.add(message.payload())) {
                        twice.incrementAndGet();
                    }
                    count.incrementAndGet();
                });
            }
            Peer caller = mesh.open("caller");
            Await.until("both instances linked", () -> {
                caller.sender(NUMBERS);
                return reachable(caller, NUMBERS) && caller.counters().linksUp() == 2;
            });
            var sender = caller.sender(NUMBERS);
            for (int i = 0; i < 2000; i++) {
                sender.send(i);
            }
            Await.until("all delivered and counted", () -> first.get() + second.get() >= 2000 && seen.size() == 2000);
            assertThat(twice).hasValue(0);
            // How evenly is up to the balancer and the machine.
            assertThat(first).hasPositiveValue();
            assertThat(second).hasPositiveValue();
            assertThat(first.get() + second.get()).isEqualTo(2000);
        }
    }

    @Test
    default void shouldKeepTheOrderOfOneSenderForASerialReceiver() {
        try (Mesh mesh = mesh()) {
            List<Integer> seen = java.util.Collections.synchronizedList(new ArrayList<>());
            mesh.open("contract").receive(NUMBERS, HandlerOptions.serial(), message -> seen.add(message.payload()));
            var sender = mesh.open("caller").sender(NUMBERS);
            for (int i = 0; i < 3000; i++) {
                sender.sendAsync(i);
            }
            Await.until("all delivered", () -> seen.size() == 3000);
            assertThat(seen).isSorted();
        }
    }

    @Test
    default void shouldCarryHeadersAndContinueTheConversationFromWithinAHandler() throws Exception {
        try (Mesh mesh = mesh()) {
            var second = new CompletableFuture<Message<Integer>>();
            Peer contract = mesh.open("contract");
            contract.receive(NUMBERS, second::complete);
            var onward = contract.sender(NUMBERS);
            var first = new CompletableFuture<Message<String>>();
            contract.reply(ECHO, request -> {
                first.complete(request);
                onward.send(7);
                return "ok";
            });
            Headers headers = Headers.builder()
                    .correlationId("story-1")
                    .key("customer-9")
                    .traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                    .tracestate("vendor=1")
                    .put("tenant", "blue")
                    .build();
            Peer caller = mesh.open("caller");
            Message<String> reply =
                    caller.requestor(ECHO).request(Message.document("q").withHeaders(headers));
            Headers got = first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).headers();
            assertThat(got.correlationId()).hasValue("story-1");
            assertThat(got.key()).hasValue("customer-9");
            assertThat(got.application()).containsEntry("tenant", "blue");
            assertThat(got.traceparent()).isEqualTo(headers.traceparent());
            assertThat(got.sender().orElseThrow().instance())
                    .isEqualTo(caller.self().name());
            assertThat(got.replyTo()).isEqualTo(got.sender());
            assertThat(got.deadline()).isPresent();
            assertThat(reply.headers().correlationId()).hasValue("story-1");
            assertThat(reply.headers().causationId()).isEqualTo(got.id());
            Headers onwards = second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).headers();
            assertThat(onwards.correlationId()).hasValue("story-1");
            assertThat(onwards.causationId()).isEqualTo(got.id());
            assertThat(onwards.tracestate()).hasValue("vendor=1");
            assertThat(onwards.traceparent().orElseThrow())
                    .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                    .endsWith("-01")
                    .isNotEqualTo(headers.traceparent().orElseThrow());
        }
    }

    @Test
    default void shouldSayThatNobodyIsThere() {
        try (Mesh mesh = mesh()) {
            var failure = catchThrowableOfType(
                    NoInstanceException.class,
                    () -> mesh.open("caller").requestor(ECHO).request("hello"));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
        }
    }

    @Test
    default void shouldRefuseAChannelThatNobodyServesThere() {
        try (Mesh mesh = mesh()) {
            mesh.open("contract");
            var failure = catchThrowableOfType(
                    RefusedException.class,
                    () -> mesh.open("caller").requestor(ECHO).request("hello"));
            assertThat(failure.code()).isEqualTo(FaultCode.UNKNOWN_CHANNEL);
            assertThat(failure.outcome()).isEqualTo(Outcome.REFUSED);
        }
    }

    @Test
    default void shouldTellTheCallerWhatTheHandlerSaidOfItsFailure() {
        try (Mesh mesh = mesh()) {
            mesh.open("contract").reply(ECHO, request -> {
                throw new HandlerFault("unknown-product", "there is no " + request.payload());
            });
            var failure = catchThrowableOfType(
                    FaultedException.class,
                    () -> mesh.open("caller").requestor(ECHO).request("unicorn"));
            assertThat(failure.code()).isEqualTo("unknown-product");
            assertThat(failure).hasMessage("there is no unicorn");
            assertThat(failure.outcome()).isEqualTo(Outcome.FAULTED);
        }
    }

    @Test
    default void shouldEndACallAtItsDeadlineAndDropTheLateReply() {
        try (Mesh mesh = mesh()) {
            var release = new CompletableFuture<String>();
            mesh.open("contract")
                    .replyAsync(
                            ECHO,
                            request ->
                                    request.payload().isEmpty() ? CompletableFuture.completedFuture("warm") : release);
            Peer caller = mesh.open("caller");
            var requestor = caller.requestor(ECHO);
            assertThat(requestor.request("")).isEqualTo("warm");
            assertThatThrownBy(() -> requestor.request("slow", Duration.ofMillis(50)))
                    .isInstanceOf(TimedOutException.class);
            assertThatThrownBy(() -> requestor
                            .requestAsync("slow", Duration.ofMillis(50))
                            .join())
                    .hasCauseInstanceOf(TimedOutException.class);
            release.complete("at last");
            Await.until("late replies counted", () -> caller.counters().lateReplies() == 2);
            assertThat(requestor.request("")).isEqualTo("warm");
        }
    }

    @Test
    default void shouldRefuseAMessageThatIsTooLargeAndCarryTheNext() {
        try (Mesh mesh = mesh()) {
            mesh.open("contract")
                    .reply(ECHO, request -> String.valueOf(request.payload().length()));
            var requestor = mesh.open("caller").requestor(ECHO);
            assertThatThrownBy(() -> requestor.request("x".repeat(5 * 1024 * 1024)))
                    .isInstanceOf(TooLargeException.class);
            assertThat(requestor.request("x".repeat(4 * 1024 * 1024))).isEqualTo("4194304");
            assertThat(requestor.request("x")).isEqualTo("1");
        }
    }

    private static boolean reachable(Peer peer, PointToPointChannel<?> channel) {
        try {
            return peer.awaitReachable(channel, PATIENCE);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
