package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.OverloadedException;
import io.parley.message.MessageId;
import io.parley.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers in processes of their own with small heaps, which end at the first OutOfMemoryError: nothing that others do makes that happen. */
@Timeout(180)
class SmallHeapTest {

    private static final int MB = 1_000_000;
    private static final int CHUNK = 64 * 1024 - 32;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final PointToPointChannel<byte[]> LOAD = PointToPointChannel.of("victim/load", byte[].class);
    private static final RequestChannel<String, String> COUNT =
            PointToPointChannel.of("victim/count", String.class).withReply(String.class);

    @TempDir
    Path mesh;

    private final List<Process> processes = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private Peer honest;

    @BeforeEach
    void openHonest() {
        honest = peer("honest");
    }

    @AfterEach
    void end() {
        strangers.forEach(Stranger::close);
        processes.forEach(Process::destroyForcibly);
        peers.forEach(peer -> peer.close(Duration.ZERO));
    }

    private Peer peer(String service) {
        Peer peer = Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .limits(Limits.defaults().withInstanceTimeout(LONG))
                .defaultTimeout(LONG)
                .onError((what, cause) -> {})
                .open();
        peers.add(peer);
        return peer;
    }

    /** @return its standard output */
    private BufferedReader start(Class<?> program, String heap, Object... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                mesh.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        return process.inputReader();
    }

    private String count() {
        return honest.requestor(COUNT).requestAsync("?").join();
    }

    private void assertVictimLives() {
        assertThat(count()).isNotEmpty();
        assertThat(processes).allMatch(Process::isAlive);
    }

    @Test
    void receiverOf64MegabytesTakesLargeMessagesOfSixSenders() throws IOException {
        start(Victim.class, "64m").readLine();
        var sent = new ArrayList<CompletableFuture<MessageId>>();
        for (int i = 0; i < 6; i++) {
            Peer sender = peer("sender");
            for (int j = 0; j < 30; j++) {
                sent.add(sender.sender(LOAD).sendAsync(new byte[MB]));
            }
        }
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();
        Await.until(() -> count() + " of 180 have come", LONG, () -> count().equals("180"));
        assertVictimLives();
    }

    @Test
    void receiverTakesNoMemoryForWhatIsOnlyAnnounced() throws IOException {
        String address = start(Victim.class, "64m").readLine();
        assertVictimLives();
        for (int i = 0; i < 394; i++) {
            strangers.add(RawPeer.link(address, true).send(RawPeer.message(RawPeer.beginning("victim/load", MB))));
        }
        assertVictimLives();
    }

    @Test
    void receiverIsNotEndedByMessagesThatAreNotFinished() throws IOException {
        String address = start(Victim.class, "64m").readLine();
        assertVictimLives();
        int size = 4 << 20;
        for (int i = 0; i < 57; i++) {
            Stranger stranger = RawPeer.link(address, false);
            strangers.add(stranger);
            stranger.send(RawPeer.message(RawPeer.beginning("victim/load", size)));
            for (int rest = size - CHUNK; rest > CHUNK && stranger.failure().isEmpty(); rest -= CHUNK) {
                stranger.send(RawPeer.message(RawPeer.chunk(rest, new byte[CHUNK])));
            }
        }
        assertVictimLives();
    }

    @Test
    void receiverIsNotEndedByLinksThatSayHelloOnly() throws IOException {
        String address = start(Victim.class, "96m").readLine();
        assertVictimLives();
        for (int i = 0; i < 700; i++) {
            strangers.add(RawPeer.link(address, true));
        }
        assertVictimLives();
        strangers.forEach(Stranger::close);
        strangers.clear();
        Peer late = peer("late");
        assertThat(late.requestor(COUNT).requestAsync("?").join()).isNotEmpty();
    }

    @Test
    void senderIsNotEndedByAReceiverThatHasStopped() throws Exception {
        start(Victim.class, "256m").readLine();
        assertVictimLives();
        Process victim = processes.get(0);
        BufferedReader output = start(Flooder.class, "64m", 52);
        assertThat(output.readLine()).isEqualTo("linked");
        signal(victim, "STOP");
        processes.get(1).outputWriter().append('\n').flush();
        String told = output.readLine();
        assertThat(told).isNotNull();
        assertThat(Integer.parseInt(told)).as("refused").isBetween(1, 51);
        signal(victim, "CONT");
        assertThat(output.readLine()).isEqualTo("answered");
    }

    private static void signal(Process process, String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Peer open(String service, String mesh) {
        return Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(Path.of(mesh)))
                .limits(Limits.defaults().withInstanceTimeout(LONG))
                .defaultTimeout(LONG)
                .open();
    }

    /** The process that is attacked: counts what comes, and tells how much. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            var count = new AtomicInteger();
            Peer victim = open("victim", arguments[0]);
            victim.receive(LOAD, message -> count.incrementAndGet());
            victim.reply(COUNT, request -> String.valueOf(count.get()));
            System.out.println(victim.self().address());
            System.in.read();
        }
    }

    /** The process that sends more than anybody takes: tells how many messages were refused, and whether there is an answer later. */
    static final class Flooder {

        private Flooder() {}

        public static void main(String[] arguments) throws IOException {
            int messages = Integer.parseInt(arguments[1]);
            Peer flooder = open("flooder", arguments[0]);
            flooder.requestor(COUNT).requestAsync("?").join();
            System.out.println("linked");
            System.in.read();
            var refused = new AtomicInteger();
            for (int i = 0; i < messages; i++) {
                flooder.sender(LOAD).sendAsync(new byte[MB]).whenComplete((id, failure) -> {
                    if (isOverload(failure)) {
                        refused.incrementAndGet();
                    }
                });
            }
            System.out.println(refused.get());
            flooder.requestor(COUNT).requestAsync("?").join();
            System.out.println("answered");
            System.in.read();
        }

        private static boolean isOverload(Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof OverloadedException;
        }
    }
}
