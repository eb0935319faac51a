package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.Handling;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.SubscribeOptions;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.NoInstanceException;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.failure.TooLargeException;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What peers do for each other over any transport, in all styles, in real time. A transport's test implements it beside
 * {@link TransportContract}.
 */
public interface PeerContract extends PeerFailureContract, MessageSizeContract, PeerChoiceContract {

    /** How long these tests wait for what must come. */
    Duration LIMIT = Duration.ofSeconds(60);

    RequestChannel<String, String> ECHO =
            PointToPointChannel.of("contract/echo", String.class).withReply(String.class);
    PointToPointChannel<Integer> NUMBERS = PointToPointChannel.of("contract/numbers", Integer.class);
    PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("contract/news", String.class);
    SurveyChannel<String, String> QUOTES =
            PublishSubscribeChannel.of("asker/quotes", String.class).withResponses(String.class);

    /** So long that a process which stands still for seconds, on a machine with much to do, keeps its links. */
    Duration HEARTBEAT = Duration.ofSeconds(10);

    /** Opens peers for one test and closes them all. */
    final class Mesh implements AutoCloseable {

        private final Transport transport;
        private final Discovery discovery = InMemoryDiscovery.create();
        private final List<Peer> peers = new ArrayList<>();

        Mesh(Transport transport) {
            this.transport = transport;
        }

        PeerBuilder builder(String service) {
            return Peer.named(service)
                    .transport(transport)
                    .discovery(discovery)
                    .defaultLimit(LIMIT)
                    .limits(Limits.defaults().withHeartbeat(HEARTBEAT));
        }

        Discovery discovery() {
            return discovery;
        }

        Peer open(String service) {
            return add(builder(service).open());
        }

        Peer add(Peer peer) {
            peers.add(peer);
            return peer;
        }

        @Override
        public void close() {
            peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
        }
    }

    private Mesh mesh() {
        return new Mesh(transport());
    }

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
                assertThat(answers.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo("m" + i + "!");
            }
        }
    }

    @Test
    default void shouldAnswerInTheIoContextIfTheHandlerAsksForIt() {
        try (Mesh mesh = mesh()) {
            mesh.open("contract").reply(ECHO, Handling.inline(), request -> "inline " + request.payload());
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
            mesh.open("contract").receive(NUMBERS, Handling.serial(), message -> seen.add(message.payload()));
            var sender = mesh.open("caller").sender(NUMBERS);
            for (int i = 0; i < 3000; i++) {
                sender.sendAsync(i);
            }
            Await.until("all delivered", () -> seen.size() == 3000);
            assertThat(seen).isSorted();
        }
    }

    @Test
    default void shouldDeliverToASubscriberAllThatIsPublishedAfterItIsConnected() throws Exception {
        try (Mesh mesh = mesh()) {
            var publisher = mesh.open("contract").publisher(NEWS);
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            var subscription = mesh.open("listener").subscribe(NEWS, event -> heard.add(event.payload()));
            assertThat(subscription.awaitConnected(LIMIT)).isTrue();
            assertThat(subscription.publishers()).isEqualTo(1);
            for (int i = 0; i < 500; i++) {
                publisher.publish("n" + i);
            }
            for (int i = 0; i < 500; i++) {
                assertThat(heard.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("n" + i);
            }
        }
    }

    @Test
    default void shouldDeliverOnlyTheSubjectsThatWereAskedFor() throws Exception {
        try (Mesh mesh = mesh()) {
            var publisher = mesh.open("contract").publisher(NEWS);
            BlockingQueue<Event<String>> heard = new LinkedBlockingQueue<>();
            var options = SubscribeOptions.all().withSubjectPrefix("order.created");
            var subscription =
                    mesh.open("listener").subscribe(NEWS, options, event -> heard.add((Event<String>) event));
            assertThat(subscription.awaitConnected(LIMIT)).isTrue();
            publisher.publish(Message.event("order.refused", Aggregate.of("order", "1"), "no"));
            publisher.publish(Message.event("order.created", Aggregate.of("order", "2"), "yes"));
            publisher.publish("no name");
            publisher.publish(Message.event("order.created.late", "also"));
            Event<String> first = heard.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            Event<String> second = heard.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            assertThat(first.name()).isEqualTo("order.created");
            assertThat(first.aggregate()).isEqualTo(Aggregate.of("order", "2"));
            assertThat(first.payload()).isEqualTo("yes");
            assertThat(second).isNotNull();
            assertThat(second.payload()).isEqualTo("also");
            assertThat(heard).isEmpty();
        }
    }

    @Test
    default void shouldCollectTheResponsesOfAllWhoAnswerASurvey() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer asker = mesh.open("asker");
            var surveyor = asker.surveyor(QUOTES);
            for (String name : List.of("a", "b", "c")) {
                var responding = mesh.open("supplier-" + name).respond(QUOTES, request -> name + request.payload());
                assertThat(responding.awaitConnected(LIMIT)).isTrue();
            }
            var survey = surveyor.survey("?", LIMIT, 3);
            assertThat(survey.await()).extracting(Message::payload).containsExactlyInAnyOrder("a?", "b?", "c?");
        }
    }

    @Test
    default void shouldEndASurveyAtItsLimitAndTellLateResponsesApart() throws Exception {
        try (Mesh mesh = mesh()) {
            Peer asker = mesh.open("asker");
            var surveyor = asker.surveyor(QUOTES);
            var release = new CompletableFuture<String>();
            assertThat(mesh.open("quick").respond(QUOTES, request -> "quick").awaitConnected(LIMIT))
                    .isTrue();
            assertThat(mesh.open("slow")
                            .respondAsync(QUOTES, Handling.pooled(), request -> release)
                            .awaitConnected(LIMIT))
                    .isTrue();
            BlockingQueue<String> late = new LinkedBlockingQueue<>();
            var survey = surveyor.survey("?", Duration.ofSeconds(2));
            survey.onLate(message -> late.add(message.payload()));
            Await.until("the quick one", () -> survey.responses().size() == 1);
            survey.end();
            assertThat(survey.await()).extracting(Message::payload).containsExactly("quick");
            release.complete("slow");
            assertThat(late.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("slow");
            assertThat(survey.responses()).hasSize(1);
            assertThat(asker.counters().lateResponses()).isEqualTo(1);
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
            Headers got = first.get(LIMIT.toSeconds(), TimeUnit.SECONDS).headers();
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
            Headers onwards = second.get(LIMIT.toSeconds(), TimeUnit.SECONDS).headers();
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
            return peer.awaitReachable(channel, LIMIT);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
