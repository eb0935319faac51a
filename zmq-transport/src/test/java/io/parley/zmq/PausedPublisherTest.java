package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Gap;
import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.message.Message;
import io.parley.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishers that are stopped for longer than their lease lasts, or killed and started anew, as processes of their own. */
@Timeout(300)
class PausedPublisherTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final Duration LONG = Duration.ofSeconds(120);

    @TempDir
    Path mesh;

    private final List<Process> processes = new ArrayList<>();
    private final ConcurrentLinkedQueue<Message<String>> events = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Gap> gaps = new ConcurrentLinkedQueue<>();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process startPress(String instance) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Press.class.getName(),
                        mesh.toString(),
                        instance)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static void signal(String signal, Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** The numbers of the events that came from an instance. */
    private Set<Long> came(String instance) {
        var numbers = new HashSet<Long>();
        for (Message<String> event : events) {
            if (event.headers().sender().orElseThrow().instance().equals(instance)) {
                assertThat(numbers.add(Long.parseLong(event.payload()))).isTrue();
            }
        }
        return numbers;
    }

    /** Whether all from {@code first} to {@code last} came or were told as missed, each of them once. */
    private boolean isAccountedFor(String instance, long first, long last) {
        Set<Long> known = came(instance);
        for (Gap gap : gaps) {
            if (gap.publisher().instance().equals(instance)) {
                for (long number = gap.lastSeen() + 1; number <= gap.missedUpTo(); number++) {
                    assertThat(known.add(number)).as("%s in %s", number, gap).isTrue();
                }
            }
        }
        for (long number = first; number <= last; number++) {
            if (!known.contains(number)) {
                return false;
            }
        }
        return true;
    }

    private static long last(Set<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Test
    void whatIsMissedByAPauseAndAtARestartIsTold() throws Exception {
        try (Peer reader = Peer.named("reader")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .open()) {
            Subscription subscription =
                    reader.subscribe(NEWS, SubscribeOptions.all().withGapListener(gaps::add), events::add);
            Process first = startPress("first");
            Await.until(() -> "events", LONG, () -> came("first").size() > 5);
            signal("STOP", first);
            Await.until(() -> "the lease is over", LONG, () -> subscription.publishers() == 0);
            long before = last(came("first"));
            signal("CONT", first);
            Await.until(() -> "events after the pause", LONG, () -> last(came("first")) > before + 5);
            long after = last(came("first"));
            Await.until(() -> "all up to " + after + ": " + gaps, LONG, () -> isAccountedFor("first", 1, after));

            first.destroyForcibly().waitFor();
            startPress("second");
            Await.until(() -> "events of the second", LONG, () -> came("second").size() > 5);
            long latest = last(came("second"));
            Await.until(() -> "all up to " + latest + ": " + gaps, LONG, () -> isAccountedFor("second", 1, latest));
        }
    }

    /** Publishes its numbers, one after the other, from its beginning on. */
    static final class Press {

        private Press() {}

        public static void main(String[] arguments) {
            Peer peer = Peer.named("press")
                    .instance(arguments[1])
                    .transport(ZmqTransport.create())
                    .discovery(LocalDirectoryDiscovery.at(Path.of(arguments[0])))
                    .open();
            var publisher = peer.publisher(NEWS);
            var number = new AtomicLong();
            // After a pause it catches up at once, while nobody follows it yet.
            Executors.newSingleThreadScheduledExecutor()
                    .scheduleAtFixedRate(
                            () -> publisher.publish(Long.toString(number.incrementAndGet())),
                            0,
                            50,
                            TimeUnit.MILLISECONDS);
        }
    }
}
