package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.Requestor;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.MessagingException;
import io.parley.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process whose heap is full for a while, so that any thread may meet an OutOfMemoryError: its peer works afterwards, or it has closed as
 * a whole. With real sockets, and a small heap.
 */
class OutOfMemoryTest {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final String SERVICE = "hungry";
    private static final RequestChannel<String, String> EAT =
            PointToPointChannel.of("hungry/eat", String.class).withReply(String.class);
    private static final RequestChannel<byte[], String> DIGEST =
            PointToPointChannel.of("hungry/digest", byte[].class).withReply(String.class);

    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void peerWorksOrHasClosedAsAWholeOnceTheHeapIsNotFullAnyMore(boolean isInline) throws Exception {
        Path directory = temporary.resolve("mesh");
        Path log = temporary.resolve("log");
        Process process = start(directory, isInline, log);
        try {
            observe(process, directory, log);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void observe(Process process, Path directory, Path log) throws Exception {
        try (Peer caller = Peer.named("caller")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(directory))
                .onError((what, cause) -> {})
                .open()) {
            assertThat(caller.awaitReachable(EAT, LONG)).isTrue();
            Requestor<byte[], String> digest = caller.requestor(DIGEST);
            assertThat(digest.request(new byte[1], LONG)).isEqualTo("ok");
            CompletableFuture<String> eaten = caller.requestor(EAT).requestAsync("all of it", LONG);
            // What arrives meanwhile makes the other threads want memory.
            while (!eaten.isDone()) {
                request(digest, new byte[64 * 1024], Duration.ofMillis(100));
            }
            Await.until(
                    () -> "the peer works, or has closed: " + caller.instances(SERVICE) + read(log),
                    LONG,
                    () -> !process.isAlive() || request(digest, new byte[1], Duration.ofSeconds(1)));
        }
        if (process.isAlive()) {
            process.destroy();
        } else {
            assertThat(process.exitValue()).isEqualTo(Hungry.CLOSED_BY_ITSELF);
        }
        assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS))
                .as(() -> "the process ends: " + read(log))
                .isTrue();
        try (Peer observer = Peer.named("observer")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(directory))
                .open()) {
            Await.until(() -> "nobody lists it", LONG, () -> observer.instances(SERVICE)
                    .isEmpty());
        }
    }

    private static boolean request(Requestor<byte[], String> requestor, byte[] payload, Duration limit) {
        try {
            return requestor.request(payload, limit).equals("ok");
        } catch (MessagingException e) {
            return false;
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Process start(Path directory, boolean isInline, Path log) {
        try {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx48m",
                            "-XX:+UseSerialGC",
                            "-XX:-OmitStackTraceInFastThrow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Hungry.class.getName(),
                            directory.toString(),
                            String.valueOf(isInline))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An application that takes all memory for a while when it is told to. */
    static final class Hungry {

        static final int CLOSED_BY_ITSELF = 5;

        private static final long HOLD_NANOS = 2_000_000_000L;

        private Hungry() {}

        public static void main(String[] arguments) throws InterruptedException {
            Peer peer = Peer.named(SERVICE)
                    .transport(ZmqTransport.create())
                    .discovery(LocalDirectoryDiscovery.at(Path.of(arguments[0])))
                    .open();
            Runtime.getRuntime().addShutdownHook(new Thread(peer::close));
            peer.whenClosed().whenComplete((nothing, failure) -> {
                if (failure != null) {
                    System.exit(CLOSED_BY_ITSELF);
                }
            });
            peer.reply(DIGEST, request -> "ok");
            if (Boolean.parseBoolean(arguments[1])) {
                peer.reply(EAT, io.parley.HandlerOptions.inline(), request -> eat());
            } else {
                peer.reply(EAT, request -> eat());
            }
            new CountDownLatch(1).await();
        }

        /** Fills the heap to the last octet, holds it for a while, and lets go. */
        private static String eat() {
            List<byte[]> held = new ArrayList<>(100_000);
            for (int size : new int[] {1 << 20, 1 << 16, 1 << 12, 1 << 8, 16}) {
                fill(held, size);
            }
            long end = System.nanoTime() + HOLD_NANOS;
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(10_000_000);
            }
            return "so much: " + held.size();
        }

        private static void fill(List<byte[]> held, int size) {
            try {
                while (held.size() < 100_000) {
                    held.add(new byte[size]);
                }
            } catch (OutOfMemoryError e) {
                // Smaller ones may still find room.
                return;
            }
        }
    }
}
