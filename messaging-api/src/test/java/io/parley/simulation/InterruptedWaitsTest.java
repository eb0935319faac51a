package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.InterruptedCallException;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.message.Message;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call of the API that blocks, made by a thread that is interrupted before or while it waits. */
class InterruptedWaitsTest {

    private static final PointToPointChannel<String> TELL = PointToPointChannel.of("far/tell", String.class);
    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("far/news", String.class);
    private static final SurveyChannel<String, String> QUOTES =
            PublishSubscribeChannel.of("near/quotes", String.class).withResponses(String.class);

    /** Far longer than a test may take: what waits this long has not heeded the interrupt. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final Discovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new ArrayList<>();

    @AfterEach
    void closeAll() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    private PeerBuilder builder(String service) {
        return Peer.named(service)
                .transport(InMemoryTransport.on(network))
                .discovery(discovery)
                .limits(io.parley.Limits.defaults().withInstanceTimeout(Duration.ofHours(1)))
                .defaultTimeout(LONG);
    }

    private Peer open(PeerBuilder builder) {
        Peer peer = builder.open();
        peers.add(peer);
        return peer;
    }

    /** What a call ended with, and whether its thread was still interrupted then. */
    private record Ended(Throwable failure, boolean wasInterrupted) {}

    @FunctionalInterface
    private interface Call {

        void run() throws Exception;
    }

    /** Makes the call on a thread of its own and interrupts that as soon as it waits. */
    private static Ended interrupted(Call call) {
        var ended = new AtomicReference<Ended>();
        var thread = new Thread(() -> {
            Throwable failure = null;
            try {
                call.run();
            } catch (Throwable e) {
                failure = e;
            }
            ended.set(new Ended(failure, Thread.currentThread().isInterrupted()));
        });
        thread.start();
        Await.until("the call waits", () -> isWaiting(thread));
        thread.interrupt();
        Await.until(
                () -> "the call ends, by " + List.of(thread.getStackTrace()),
                Duration.ofSeconds(40),
                () -> ended.get() != null);
        return ended.get();
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING;
    }

    private static void assertInterrupted(Ended ended, boolean isSent) {
        assertThat(ended.failure()).isInstanceOfSatisfying(InterruptedCallException.class, failure -> {
            assertThat(failure.isSent()).isEqualTo(isSent);
            assertThat(failure.outcome()).isEqualTo(Outcome.INTERRUPTED);
            assertThat(failure).hasCauseInstanceOf(InterruptedException.class);
        });
        assertThat(ended.wasInterrupted()).as("the flag is kept").isTrue();
    }

    @Test
    void sendThatWaitsForAnInstanceEndsAtOnceAndIsNeverSent() {
        Peer near = open(builder("near"));
        assertInterrupted(interrupted(() -> near.sender(TELL).send("taken back")), false);
        assertInterrupted(interrupted(() -> near.sender(TELL).send(Message.document("taken back"))), false);
        var told = new ArrayList<String>();
        var last = new CountDownLatch(1);
        Peer far = open(builder("far"));
        far.receive(TELL, io.parley.HandlerOptions.serial(), message -> {
            told.add(message.payload());
            last.countDown();
        });
        near.sender(TELL).send("last");
        Await.until("the last message", () -> last.getCount() == 0);
        assertThat(told).containsExactly("last");
    }

    @Test
    void requestThatWaitsForAnInstanceEndsAtOnceAndIsNeverSent() throws Exception {
        Peer near = open(builder("near"));
        assertInterrupted(interrupted(() -> near.requestor(ASK).request("taken back")), false);
        assertInterrupted(interrupted(() -> near.requestor(ASK).request("taken back", LONG)), false);
        assertInterrupted(interrupted(() -> near.requestor(ASK).request(Message.document("taken back"))), false);
        Peer far = open(builder("far"));
        var asked = new ArrayList<String>();
        far.reply(ASK, io.parley.HandlerOptions.serial(), request -> {
            asked.add(request.payload());
            return "yes";
        });
        assertThat(near.requestor(ASK).request("last")).isEqualTo("yes");
        assertThat(asked).containsExactly("last");
    }

    @Test
    void requestThatAwaitsItsAnswerEndsAtOnceAndTellsTheReplier() throws Exception {
        Peer near = open(builder("near"));
        Peer far = open(builder("far"));
        far.replyAsync(ASK, request -> new CompletableFuture<>());
        assertThat(near.awaitReachable(ASK, Duration.ofSeconds(30))).isTrue();
        assertInterrupted(interrupted(() -> near.requestor(ASK).request("?")), true);
    }

    @Test
    void threadThatIsInterruptedAlreadySendsNoRequest() throws Exception {
        Peer near = open(builder("near"));
        Peer far = open(builder("far"));
        var asked = new AtomicInteger();
        far.reply(ASK, request -> "answer " + asked.incrementAndGet());
        assertThat(near.awaitReachable(ASK, Duration.ofSeconds(30))).isTrue();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> near.requestor(ASK).request("?"))
                .isInstanceOfSatisfying(InterruptedCallException.class, e -> assertThat(e.isSent())
                        .isFalse());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(near.requestor(ASK).request("?")).isEqualTo("answer 1");
    }

    @Test
    void loopThatRetriesWhatNobodySawEndsByAnInterrupt() {
        Peer near = open(builder("near"));
        var attempts = new AtomicInteger();
        Ended ended = interrupted(() -> {
            while (true) {
                try {
                    attempts.incrementAndGet();
                    near.sender(TELL).send("again");
                } catch (MessagingException e) {
                    if (e.outcome() != Outcome.NOT_SENT && e.outcome() != Outcome.UNKNOWN) {
                        throw e;
                    }
                }
            }
        });
        assertInterrupted(ended, false);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void waitsThatDeclareItThrowInterruptedException() {
        Peer near = open(builder("near"));
        var survey = near.surveyor(QUOTES).survey("?", LONG);
        var subscription = near.subscribe(NEWS, event -> {});
        assertThat(interrupted(() -> near.awaitReachable(ASK, LONG)).failure())
                .isInstanceOf(InterruptedException.class);
        assertThat(interrupted(() -> subscription.awaitConnected(LONG)).failure())
                .isInstanceOf(InterruptedException.class);
        assertThat(interrupted(survey::await).failure()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void peerOpensAndClosesInAnInterruptedThread(@TempDir Path directory) throws Exception {
        var leases = LocalDirectoryDiscovery.at(directory.resolve("mesh"));
        Peer onlooker = open(builder("onlooker").discovery(leases));
        var closed = new CompletableFuture<Boolean>();
        new Thread(() -> {
                    try {
                        Thread.currentThread().interrupt();
                        Peer far = builder("far").discovery(leases).open();
                        far.receive(TELL, message -> {});
                        Thread.interrupted();
                        Await.until("found", () -> onlooker.instances("far").size() == 1);
                        Thread.currentThread().interrupt();
                        far.close(Duration.ofSeconds(30));
                        closed.complete(Thread.currentThread().isInterrupted());
                    } catch (Throwable e) {
                        closed.completeExceptionally(e);
                    }
                })
                .start();
        assertThat(closed.join()).as("the flag is kept").isTrue();
        assertThat(directory.resolve("mesh").toFile().list((where, name) -> name.startsWith("far")))
                .as("leases left behind")
                .isEmpty();
    }
}
