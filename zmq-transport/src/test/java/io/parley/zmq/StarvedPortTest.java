package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.MemoryBudget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port in a process of little memory, which strangers try to use up: it serves whoever comes when they are gone. */
@Timeout(300)
class StarvedPortTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The exit code of a process under attack whose port has failed and is closed. */
    private static final int FAILED = 3;

    private final List<Process> processes = new ArrayList<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private final PortProbe here = PortProbe.open(ZmqTransport.create(), 1024, 100);
    private String address = "";
    private String publishAddress = "";

    @AfterEach
    void end() {
        strangers.forEach(Stranger::close);
        processes.forEach(Process::destroyForcibly);
        here.close();
    }

    private void start(int megabytes, Class<?> victim) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + megabytes + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        victim.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        BufferedReader output = process.inputReader();
        address = output.readLine();
        publishAddress = output.readLine();
    }

    @ParameterizedTest
    @ValueSource(ints = {96, 256})
    void twoThousandGreetingsDoNotEndIt(int megabytes) throws IOException {
        start(megabytes, Victim.class);
        for (int i = 0; i < 2_000; i++) {
            strangers.add(new Stranger(i % 2 == 0 ? address : publishAddress).send(Stranger.greeting()));
        }
        strangers.forEach(Stranger::close);
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(ints = {96, 256})
    void twoThousandHandshakesWithoutAFrameDoNotEndIt(int megabytes) throws IOException {
        start(megabytes, Victim.class);
        byte[] handshake = Stranger.join(Stranger.greeting(), Stranger.ready("DEALER", "Identity", ""));
        for (int i = 0; i < 2_000; i++) {
            strangers.add(new Stranger(address).send(handshake));
        }
        assertServes(); // while they are there: whoever says nothing is hung up on in time
    }

    @ParameterizedTest
    @ValueSource(ints = {96, 256})
    void sevenThousandRandomSubscriptionsDoNotEndIt(int megabytes) throws IOException {
        start(megabytes, Victim.class);
        var random = new Random(megabytes);
        byte[] octets = new byte[1000];
        var stranger = new Stranger(publishAddress).shakeHands("SUB");
        strangers.add(stranger);
        for (int i = 0; i < 7_200; i++) {
            random.nextBytes(octets);
            octets[0] = 1;
            stranger.send(Stranger.longFrame(0, octets.length, octets));
        }
        assertThat(stranger.isHungUpOn()).isTrue();
        assertServes();
    }

    /** Nothing bounds what strangers take here, so JeroMQ's I/O thread runs out of memory in the middle of its work. */
    @Test
    void portWhoseIoThreadRanOutOfMemoryIsClosedOrServes() throws Exception {
        start(64, Unbounded.class);
        Process victim = processes.get(0);
        for (int i = 0; i < 1_500 && victim.isAlive(); i++) {
            try {
                strangers.add(new Stranger(i % 2 == 0 ? address : publishAddress).send(Stranger.greeting()));
            } catch (UncheckedIOException e) {
                break; // the port takes nobody any more
            }
        }
        strangers.forEach(Stranger::close);
        Await.until(() -> "the port is closed, or serves", LIMIT, () -> !victim.isAlive() || isAnswered());
        if (!victim.isAlive()) {
            assertThat(victim.exitValue()).isEqualTo(FAILED);
        }
    }

    private void assertServes() {
        FeedProbe feed = here.follow(publishAddress, "news");
        Await.until(() -> "a link is answered", LIMIT, this::isAnswered);
        Await.until(() -> "there are news", LIMIT, () -> !feed.frames.isEmpty());
        assertThat(processes.get(0).isAlive()).isTrue();
    }

    /** As a peer does, tries anew where a link does not come up. */
    private boolean isAnswered() {
        LinkProbe link = here.connect(address);
        try {
            link.send("hello");
            Await.until(() -> "an answer", Duration.ofSeconds(5), () -> link.frames.equals(List.of("hello")));
            return true;
        } catch (AssertionError e) {
            return false;
        } finally {
            link.close();
        }
    }

    /** The process under attack: echoes, and publishes news to whoever subscribes. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            var memory = MemoryBudget.of(Runtime.getRuntime().maxMemory() / 2);
            PortProbe port = PortProbe.open(ZmqTransport.create(), 256 * 1024, 100, memory)
                    .echoing();
            System.out.println(port.port().address());
            System.out.println(port.port().publishAddress());
            while (port.failures.isEmpty()) {
                port.publish("news");
                Thread.sleep(50);
            }
            System.err.println("Failed: " + port.failures);
            System.exit(3);
        }
    }
    /** As {@link Victim}, without a bound on memory. It ends when its port has failed and could be closed. */
    static final class Unbounded {

        private static final long PAUSE_NANOS = 50_000_000;

        private Unbounded() {}

        public static void main(String[] arguments) {
            PortProbe port = PortProbe.open(ZmqTransport.create(), 256 * 1024, 100, MemoryBudget.unbounded())
                    .echoing();
            System.out.println(port.port().address());
            System.out.println(port.port().publishAddress());
            while (port.failures.isEmpty()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            port.close(Duration.ofMillis(100));
            Runtime.getRuntime().halt(FAILED);
        }
    }
}
