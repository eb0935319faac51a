package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Peers that are closed by their own handlers, or while one of them has ended the process. */
class ClosingFromHandlersTest {

    private static final PointToPointChannel<String> TELL = PointToPointChannel.of("far/tell", String.class);
    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);

    /** Far longer than a test may take: who waits this long has waited for itself. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final String END = "end";
    private static final int QUICK_ONES = 5_000;

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final Discovery discovery = InMemoryDiscovery.create();

    private Peer open(String service) {
        return Peer.named(service)
                .transport(InMemoryTransport.on(network))
                .discovery(discovery)
                .open();
    }

    @Test
    void handlerThatClosesItsPeerIsNotWaitedFor() throws Exception {
        Peer far = open("far");
        var closed = new CountDownLatch(2);
        far.receive(TELL, message -> {
            far.close(LONG);
            closed.countDown();
        });
        far.reply(ASK, request -> {
            far.close(LONG);
            closed.countDown();
            return "closed";
        });
        try (Peer near = open("near")) {
            near.requestor(ASK).requestAsync("close");
            near.sender(TELL).send("close");
            assertThat(closed.await(40, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void norIsItWaitedForWhatItsThreadWasQuicklyDoneWithBefore() throws Exception {
        Peer far = open("far");
        var closed = new CountDownLatch(1);
        far.receive(TELL, HandlerOptions.serial(), message -> {
            if (message.payload().equals(END)) {
                far.close(LONG);
                closed.countDown();
            }
        });
        try (Peer near = open("near")) {
            sendQuickOnesAndTheEnd(near);
            assertThat(closed.await(40, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void sendQuickOnesAndTheEnd(Peer near) {
        var sender = near.sender(TELL);
        sender.send("first");
        for (int i = 0; i < QUICK_ONES; i++) {
            sender.sendAsync("quick");
        }
        sender.sendAsync(END).join();
    }

    @Test
    void otherHandlersAreWaitedFor() throws Exception {
        Peer far = open("far");
        var release = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        far.reply(ASK, request -> {
            entered.countDown();
            release.await();
            return "answered";
        });
        far.receive(TELL, message -> {
            far.close(LONG);
            closed.countDown();
        });
        try (Peer near = open("near")) {
            var answer = near.requestor(ASK).requestAsync("?", LONG);
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
            near.sender(TELL).send("close");
            Await.until("the peer closes", () -> near.instances("far").isEmpty());
            assertThat(closed.getCount()).isEqualTo(1);
            release.countDown();
            assertThat(answer.join()).isEqualTo("answered");
            assertThat(closed.await(40, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shutdownHookThatClosesThePeerDoesNotWaitForTheHandlerThatEndedTheProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Exiting.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.waitFor(55, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(42);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process whose handler ends it. */
    static final class Exiting {

        private Exiting() {}

        public static void main(String[] arguments) throws InterruptedException {
            var network = new InMemoryNetwork();
            var discovery = InMemoryDiscovery.create();
            Peer far = Peer.named("far")
                    .transport(InMemoryTransport.on(network))
                    .discovery(discovery)
                    .open();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> far.close(LONG)));
            far.receive(TELL, HandlerOptions.serial(), message -> {
                if (message.payload().equals(END)) {
                    System.exit(42);
                }
            });
            Peer near = Peer.named("near")
                    .transport(InMemoryTransport.on(network))
                    .discovery(discovery)
                    .open();
            sendQuickOnesAndTheEnd(near);
            new CountDownLatch(1).await();
        }
    }
}
