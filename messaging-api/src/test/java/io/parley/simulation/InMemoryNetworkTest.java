package io.parley.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.Feed;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Faults and delays of a network, in one thread and in simulated time. */
class InMemoryNetworkTest {

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(7);
    private final InMemoryNetwork network = new InMemoryNetwork();
    private final Peer here = new Peer("here");
    private final Peer there = new Peer("there");

    @Test
    void aWholeMeshRunsInOneThread() {
        Line line = here.connect(there);
        line.send("hello");
        assertThat(there.accepted).isEmpty();
        environment.run();
        assertThat(there.accepted.get(0).frames).containsExactly("hello");
        there.accepted.get(0).send("hello yourself");
        environment.run();
        assertThat(line.frames).containsExactly("hello yourself");
    }

    @Test
    void closingRunsWhatWasHandedOverAndBlocksNobody() {
        Line line = here.connect(there);
        line.send("hello");
        environment.run();
        here.port.execute(() -> line.link.send("goodbye".getBytes(UTF_8)));
        here.port.close(Duration.ofSeconds(1));
        assertThat(there.accepted.get(0).downs).isEmpty();
        environment.run();
        assertThat(there.accepted.get(0).frames).containsExactly("hello", "goodbye");
        assertThat(there.accepted.get(0).downs).hasSize(1);
        assertThat(line.downs).isEmpty();
    }

    @Test
    void severedLinksGoDownAtBothEndsAndFeedsCarryOn() {
        Line line = here.connect(there);
        line.send("hello");
        List<String> news = here.follow(there, "news");
        environment.run();
        network.sever(here.port.address(), there.port.address());
        environment.run();
        assertThat(line.downs).hasSize(1);
        assertThat(there.accepted.get(0).downs).hasSize(1);
        there.run(() -> there.port.publish("news 1".getBytes(UTF_8)));
        Line next = here.connect(there);
        next.send("again");
        environment.run();
        assertThat(there.accepted).hasSize(2);
        assertThat(news).containsExactly("news 1");
        assertThat(there.subscriptions).containsExactly("+news", "-news", "+news");
    }

    @Test
    void aPartitionTellsNobody() {
        Line line = here.connect(there);
        line.send("hello");
        environment.run();
        network.partition(here.port.address(), there.port.address());
        assertThat(line.send("into the void")).isTrue();
        there.port.close(Duration.ZERO);
        environment.run();
        assertThat(there.accepted.get(0).frames).containsExactly("hello");
        assertThat(line.downs).isEmpty();
        network.heal(here.port.address(), there.port.address());
        environment.run();
        assertThat(line.downs).hasSize(1);
    }

    @Test
    void whatLostNothingSurvivesAPartitionAndWhatWaitedConnectsAfterwards() {
        Line quiet = here.connect(there);
        quiet.send("hello");
        environment.run();
        network.partition(here.port.address(), there.port.address());
        Line waiting = here.connect(there);
        waiting.send("later");
        List<String> news = here.follow(there, "news");
        environment.run();
        assertThat(there.accepted).hasSize(1);
        network.heal(there.port.address(), here.port.address());
        environment.run();
        quiet.send("still here");
        there.run(() -> there.port.publish("news 1".getBytes(UTF_8)));
        environment.run();
        assertThat(there.accepted.get(0).frames).containsExactly("hello", "still here");
        assertThat(there.accepted.get(1).frames).containsExactly("later");
        assertThat(news).containsExactly("news 1");
    }

    @Test
    void delayedFramesTakeTheirTimeAndKeepTheirOrder() {
        network.delayBy(random -> Duration.ofMillis(random.nextInt(50)));
        Line line = here.connect(there);
        List<String> sent = IntStream.range(0, 50).mapToObj(i -> "frame " + i).toList();
        sent.forEach(line::send);
        environment.run();
        int early = there.accepted.isEmpty() ? 0 : there.accepted.get(0).frames.size();
        assertThat(early).isLessThan(50);
        environment.runFor(Duration.ofMillis(50));
        assertThat(there.accepted.get(0).frames).isEqualTo(sent);
    }

    @Test
    void aFullLinkHasRoomAgainOnceHalfHasArrived() {
        network.delayBy(random -> Duration.ofMillis(10));
        Line line = here.connect(there);
        int taken = 0;
        while (line.send("frame " + taken)) {
            taken++;
        }
        assertThat(taken).isEqualTo(100);
        environment.runFor(Duration.ofMillis(9));
        assertThat(line.writable).isZero();
        environment.runFor(Duration.ofMillis(1));
        assertThat(line.writable).isEqualTo(1);
        assertThat(there.accepted.get(0).frames).hasSize(100);
    }

    private final class Peer implements PortListener {

        private final List<Line> accepted = new ArrayList<>();
        private final List<String> subscriptions = new ArrayList<>();
        private final Port port;

        Peer(String name) {
            port = InMemoryTransport.on(network).open(new PortOptions(name, environment, 1_000, 100), this);
        }

        Line connect(Peer other) {
            return run(() -> {
                var line = new Line(this);
                line.link = port.connect(other.port.address(), line);
                return line;
            });
        }

        List<String> follow(Peer other, String prefix) {
            return run(() -> {
                List<String> frames = new ArrayList<>();
                Feed feed = port.openFeed(other.port.publishAddress(), frame -> frames.add(new String(frame, UTF_8)));
                feed.subscribe(prefix.getBytes(UTF_8));
                return frames;
            });
        }

        void run(Runnable task) {
            port.execute(task);
            environment.run();
        }

        /** Runs a task, and as little else as can be. */
        <T> T run(Supplier<T> task) {
            List<T> result = new ArrayList<>();
            port.execute(() -> result.add(task.get()));
            environment.runUntil(() -> !result.isEmpty(), Duration.ZERO);
            return result.get(0);
        }

        @Override
        public LinkListener onAccepted(Link link) {
            var line = new Line(this);
            line.link = link;
            accepted.add(line);
            return line;
        }

        @Override
        public void onSubscribed(byte[] prefix) {
            subscriptions.add("+" + new String(prefix, UTF_8));
        }

        @Override
        public void onUnsubscribed(byte[] prefix) {
            subscriptions.add("-" + new String(prefix, UTF_8));
        }

        @Override
        public void onTrouble(String what) {
            throw new AssertionError(what);
        }

        @Override
        public void onFailure(Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    private static final class Line implements LinkListener {

        private final Peer peer;
        private final List<String> frames = new ArrayList<>();
        private final List<String> downs = new ArrayList<>();
        private Link link;
        private int writable;

        Line(Peer peer) {
            this.peer = peer;
        }

        boolean send(String frame) {
            return peer.run(() -> link.send(frame.getBytes(UTF_8)));
        }

        @Override
        public void onFrame(byte[] frame) {
            frames.add(new String(frame, UTF_8));
        }

        @Override
        public void onWritable() {
            writable++;
        }

        @Override
        public void onDown(String reason) {
            downs.add(reason);
        }
    }
}
