package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.LinkLostException;
import io.parley.failure.PeerFailedException;
import io.parley.failure.TimedOutException;
import io.parley.testkit.Await;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one of the peer's own threads meets: the peer goes on, or closes as a whole. With real threads. */
class ThreadFailureTest {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("silent/ask", String.class).withReply(String.class);

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final InMemoryDiscovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private final Failing failing = new Failing();

    /** A transport in whose port the peer's threads, by the beginnings of their names, meet what they are told to. */
    private final class Failing implements Transport {

        private final AtomicReference<Error> error = new AtomicReference<>();
        private final AtomicInteger met = new AtomicInteger();
        private volatile String threads = "none";
        private volatile PortListener listener;
        private volatile Port port;

        /** From now on the threads meet {@code error}, again and again. */
        void begin(String threads, Error error) {
            this.error.set(error);
            this.threads = threads;
        }

        void end() {
            threads = "none";
        }

        private void perhapsFail() {
            if (Thread.currentThread().getName().startsWith(threads)) {
                met.incrementAndGet();
                throw error.get();
            }
        }

        @Override
        public Port open(PortOptions options, PortListener portListener) {
            listener = portListener;
            Port real = InMemoryTransport.on(network).open(options, portListener);
            port = real;
            return new ForwardingPort(real) {
                @Override
                public void execute(Runnable task) {
                    perhapsFail();
                    super.execute(task);
                }
            };
        }
    }

    @AfterEach
    void closeAll() {
        failing.end();
        peers.forEach(Peer::close);
    }

    private PeerBuilder builder(String service) {
        return Peer.named(service)
                .instance(service)
                .transport(InMemoryTransport.on(network))
                .discovery(discovery)
                .onDeadLetter(letter -> {});
    }

    private Peer open(PeerBuilder builder) {
        Peer peer = builder.open();
        peers.add(peer);
        return peer;
    }

    /** A peer over the failing transport, with a request under way that will never be answered. */
    private CompletableFuture<String> ask(Peer caller, Duration limit) throws Exception {
        var arrived = new CountDownLatch(1);
        Peer silent = open(builder("silent"));
        silent.replyAsync(ASK, question -> {
            arrived.countDown();
            return new CompletableFuture<>();
        });
        assertThat(caller.awaitReachable(ASK, LONG)).isTrue();
        CompletableFuture<String> asked = caller.requestor(ASK).requestAsync("question", limit);
        assertThat(arrived.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return asked;
    }

    private static Throwable causeOf(CompletableFuture<?> stage) throws Exception {
        return Assertions.catchThrowableOfType(
                        ExecutionException.class, () -> stage.get(LONG.toSeconds(), TimeUnit.SECONDS))
                .getCause();
    }

    private void assertClosedAsAWhole(Peer peer, CompletableFuture<String> asked, Throwable why) throws Exception {
        assertThat(causeOf(asked)).isInstanceOf(LinkLostException.class);
        assertThat(causeOf(peer.whenClosed()))
                .isInstanceOf(PeerFailedException.class)
                .hasCause(why);
        Peer other = open(builder("other"));
        Await.until("the lease is withdrawn", () -> other.instances("fragile").isEmpty());
        assertThat(errors).anySatisfy(error -> assertThat(error).contains("cannot go on and has closed"));
        peer.closeAsync(Duration.ZERO).get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void timersThatMeetOutOfMemoryCloseThePeerAsAWhole() throws Exception {
        Peer peer = open(builder("fragile").transport(failing).onError((what, cause) -> errors.add(what)));
        var asked = ask(peer, Duration.ofMinutes(5));
        var error = new OutOfMemoryError("made up");
        failing.begin("parley-timers", error);
        assertClosedAsAWhole(peer, asked, error);
    }

    @Test
    void portThatMeetsOutOfMemoryClosesThePeerAsAWhole() throws Exception {
        Peer peer = open(builder("fragile").transport(failing).onError((what, cause) -> errors.add(what)));
        var asked = ask(peer, Duration.ofMinutes(5));
        var error = new OutOfMemoryError("made up");
        failing.port.execute(() -> {
            throw error;
        });
        assertClosedAsAWhole(peer, asked, error);
    }

    /** Whatever the error handler does, all the rest is done. */
    @Test
    void errorHandlerThatThrowsKeepsNoPeerFromClosing() throws Exception {
        Peer peer = open(builder("fragile").transport(failing).onError((what, cause) -> {
            errors.add(what);
            throw new OutOfMemoryError("again");
        }));
        var asked = ask(peer, Duration.ofMinutes(5));
        var error = new OutOfMemoryError("made up");
        failing.listener.onFailure(error);
        assertClosedAsAWhole(peer, asked, error);
    }

    @Test
    void timersThatMeetADefectGoOn() throws Exception {
        Peer peer = open(builder("fragile").transport(failing).onError((what, cause) -> errors.add(what)));
        var asked = ask(peer, Duration.ofSeconds(1));
        failing.begin("parley-timers", new AssertionError("a defect"));
        Await.until(() -> "timers have failed", LONG, () -> failing.met.get() > 0);
        failing.end();
        assertThat(causeOf(asked)).isInstanceOf(TimedOutException.class);
        assertThat(peer.whenClosed()).isNotDone();
        assertThat(errors).anySatisfy(error -> assertThat(error).contains("parley-timers"));
    }

    @Test
    void peerThatIsClosedHasNotFailed() throws Exception {
        Peer peer = open(builder("fragile"));
        CompletableFuture<Void> closed = peer.whenClosed();
        assertThat(closed).isNotDone();
        peer.close();
        closed.get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(peer.whenClosed()).isCompleted();
    }

    /** The threads of a peer that has closed by itself end, the one that closed it included. */
    @Test
    void threadsOfAPeerThatHasFailedEnd() throws Exception {
        Peer peer = open(
                builder("ending").instance("ending-unique").transport(failing).onError((what, cause) -> {}));
        failing.listener.onFailure(new IllegalStateException("no more sockets"));
        assertThat(Assertions.catchThrowableOfType(CompletionException.class, () -> peer.whenClosed()
                                .join())
                        .getCause())
                .isInstanceOf(PeerFailedException.class);
        Await.until(() -> "no thread of the peer is left", LONG, () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("ending-unique")));
    }
}
