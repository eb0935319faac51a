package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.DeadLetter;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.Outcome;
import io.parley.testkit.Await;
import io.parley.testkit.LoadedCaller;
import io.parley.testkit.LoadedService;
import io.parley.testkit.RollingRestart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances in processes of their own, over TCP: one after the other is restarted under load, or killed. */
@Timeout(300)
class RollingRestartTest {

    private static final int INSTANCES = 3;
    private static final int PER_SECOND = 200;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path mesh;

    /** One of the processes. */
    static final class Instance {

        private Instance() {}

        public static void main(String[] arguments) throws IOException {
            LoadedService.run(builder(LoadedService.NAME, Path.of(arguments[0])));
        }
    }

    private static PeerBuilder builder(String service, Path mesh) {
        return Peer.named(service).transport(ZmqTransport.create()).discovery(LocalDirectoryDiscovery.at(mesh));
    }

    @Test
    void rollingRestartFailsNoRequestAndLosesNoOneWayMessage() throws Exception {
        try (var instances = new RollingRestart(Instance.class, mesh.toString())) {
            for (int i = 0; i < INSTANCES; i++) {
                instances.start();
            }
            try (var caller = new LoadedCaller(builder("caller", mesh), PER_SECOND)) {
                for (int i = 0; i < INSTANCES; i++) {
                    instances.end();
                    instances.start();
                }
                caller.stop();
                assertThat(caller.failures()).isEmpty();
                for (int i = 0; i < INSTANCES; i++) {
                    instances.end();
                }
                assertThat(caller.deadLetters()).isEmpty();
                assertThat(caller.asked()).isPositive();
                assertThat(instances.handled()).isEqualTo(caller.accepted());
            }
        }
    }

    @Test
    void killedInstanceLosesNoOneWayMessageUntold() throws Exception {
        var deadLetters = new ConcurrentLinkedQueue<DeadLetter>();
        var errors = new ConcurrentLinkedQueue<String>();
        try (var instances = new RollingRestart(Instance.class, mesh.toString());
                Peer sender = builder("sender", mesh)
                        .onDeadLetter(deadLetters::add)
                        .onError((what, cause) -> errors.add(what))
                        .open()) {
            instances.start();
            assertThat(sender.awaitReachable(LoadedService.HOLD, LONG)).isTrue();
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                String payload = "hold " + i;
                sent.add(payload);
                sender.sender(LoadedService.HOLD).send(payload);
            }
            // The answer comes behind all that was sent before the question.
            assertThat(sender.requestor(LoadedService.ASK).request("there?", LONG))
                    .isEqualTo("there?");
            assertThat(deadLetters).isEmpty();
            instances.kill();
            Await.until(() -> deadLetters.size() + " dead letters", LONG, () -> deadLetters.size() >= sent.size());
            assertThat(deadLetters)
                    .extracting(letter -> new String(letter.payload(), StandardCharsets.UTF_8))
                    .containsExactlyInAnyOrderElementsOf(sent);
            assertThat(deadLetters).allMatch(letter -> letter.outcome() == Outcome.UNKNOWN);
            assertThat(sender.counters().lostOneWays()).isEqualTo(sent.size());
            Await.until(() -> "told " + errors, LONG, () -> errors.stream()
                    .anyMatch(what -> what.contains("1000 one-way messages")));
        }
    }
}
