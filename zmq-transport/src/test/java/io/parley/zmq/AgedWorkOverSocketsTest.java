package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Requests to a process that stands still, or over a network that does, for longer than their time limit: once that is over, none is begun
 * whose deadline has passed. The two processes share a machine, and so its monotonic clock.
 */
@EnabledOnOs(OS.LINUX)
class AgedWorkOverSocketsTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final RequestChannel<String, String> FIGURES =
            PointToPointChannel.of("far/figures", String.class).withReply(String.class);

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration STANDSTILL = Duration.ofSeconds(Long.getLong("standstill", 5));
    private static final long BETWEEN_NANOS = 20_000_000;

    /** What a busy machine may take between the last look at the deadline and the handler's first line; what was mended was above 2 s. */
    private static final long BUSY_NANOS = 1_000_000_000;

    private Process process;
    private BlackHole hole;
    private Peer near;

    @BeforeEach
    void open() throws Exception {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Far.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        hole = new BlackHole(URI.create(output.readLine()).getPort());
        near = Peer.named("near")
                .transport(ZmqTransport.create())
                .discovery(FixedDiscovery.builder()
                        .instance("far", "tcp://127.0.0.1:" + hole.port())
                        .build())
                // A standstill is none of the link's troubles here.
                .limits(io.parley.Limits.defaults().withHeartbeat(Duration.ofSeconds(30)))
                .open();
        assertThat(near.awaitReachable(ASK, Duration.ofSeconds(40))).isTrue();
    }

    @AfterEach
    void close() throws IOException {
        if (near != null) {
            near.close(Duration.ofSeconds(1));
        }
        if (hole != null) {
            hole.close();
        }
        process.destroyForcibly();
    }

    private void signal(String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Asks at a steady pace. */
    private List<CompletableFuture<String>> askFor(Duration duration) {
        var asked = new ArrayList<CompletableFuture<String>>();
        long end = System.nanoTime() + duration.toNanos();
        long next = System.nanoTime();
        while (System.nanoTime() < end) {
            if (System.nanoTime() - next >= 0) {
                next += BETWEEN_NANOS;
                long deadline = System.nanoTime() + LIMIT.toNanos();
                asked.add(near.requestor(ASK).requestAsync(String.valueOf(deadline), LIMIT));
            }
            LockSupport.parkNanos(BETWEEN_NANOS / 4);
        }
        return asked;
    }

    private void assertNoneBegunTooLate(List<CompletableFuture<String>> asked) {
        CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
        Await.until(() -> "all outcomes", Duration.ofSeconds(40), all::isDone);
        String[] figures =
                near.requestor(FIGURES).request("", Duration.ofSeconds(40)).split(" ");
        System.out.println(asked.size() + " asked, begun " + figures[0] + ", after their deadline " + figures[1]
                + ", by 1 s and more " + figures[2] + ", worst in us " + figures[3]);
        assertThat(asked).anyMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(figures[2]).as("begun long after their deadline").isEqualTo("0");
        assertThat(near.requestor(ASK).request(String.valueOf(Long.MAX_VALUE), Duration.ofSeconds(40)))
                .isEqualTo("answered");
    }

    @Test
    void processThatWasStoppedBeginsNothingWhoseDeadlineHasPassed() throws Exception {
        var asked = askFor(Duration.ofMillis(500));
        signal("STOP");
        asked.addAll(askFor(STANDSTILL));
        signal("CONT");
        assertNoneBegunTooLate(asked);
    }

    @Test
    void processBehindABlackHoleBeginsNothingWhoseDeadlineHasPassed() {
        var asked = askFor(Duration.ofMillis(500));
        hole.stopForwarding();
        asked.addAll(askFor(STANDSTILL));
        hole.goOn();
        assertNoneBegunTooLate(asked);
    }

    /** The process that is asked. */
    static final class Far {

        private Far() {}

        public static void main(String[] arguments) throws Exception {
            var begun = new AtomicInteger();
            var late = new AtomicInteger();
            var veryLate = new AtomicInteger();
            var worst = new AtomicLong();
            Peer far = Peer.named("far")
                    .transport(ZmqTransport.create())
                    .discovery(InMemoryDiscovery.create())
                    .limits(io.parley.Limits.defaults().withHeartbeat(Duration.ofSeconds(30)))
                    .open();
            far.reply(ASK, HandlerOptions.pooled(), request -> {
                long by = System.nanoTime() - Long.parseLong(request.payload());
                begun.incrementAndGet();
                if (by > 0) {
                    late.incrementAndGet();
                    worst.accumulateAndGet(by, Math::max);
                }
                if (by > BUSY_NANOS) {
                    veryLate.incrementAndGet();
                }
                return "answered";
            });
            far.reply(
                    FIGURES,
                    request -> begun + " " + late + " " + veryLate + " " + TimeUnit.NANOSECONDS.toMicros(worst.get()));
            System.out.println(far.self().address());
            System.in.read();
        }
    }
}
