package io.parley.zmq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.MemoryBudget;
import io.parley.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections and subscriptions are paid from the port's memory; beyond it newcomers are hung up on until there is room again. */
class ConnectionMemoryTest {

    private static final int MAX_FRAME = 64 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What a connection takes with buffers of 64 KiB. */
    private static final long CONNECTION = 144 * 1024;

    /** The same with buffers of 8 KiB. */
    private static final long SMALL = 32 * 1024;

    /** An eighth for strangers: eight of them. */
    private static final long MEMORY = 64 * CONNECTION;

    private final List<PortProbe> opened = new ArrayList<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private final MemoryBudget memory = MemoryBudget.of(MEMORY);
    private final PortProbe port = open(memory).echoing();

    @AfterEach
    void closeAll() {
        strangers.forEach(Stranger::close);
        opened.forEach(PortProbe::close);
        assertThat(memory.reserved()).isZero();
        opened.forEach(probe -> assertThat(probe.violations).isEmpty());
    }

    private PortProbe open(MemoryBudget budget) {
        PortProbe probe = PortProbe.open(ZmqTransport.create(), MAX_FRAME, 100, budget);
        opened.add(probe);
        return probe;
    }

    private Stranger stranger(String address) {
        var stranger = new Stranger(address);
        strangers.add(stranger);
        return stranger;
    }

    private void awaitReserved(long bytes) {
        Await.until(() -> bytes + " bytes are reserved, not " + memory, LIMIT, () -> memory.reserved() == bytes);
    }

    @Test
    void strangersBeyondTheirPartAreHungUpOnUntilOthersAreGone() {
        for (int i = 0; i < 8; i++) {
            stranger(port.port().address()).send(Stranger.greeting());
        }
        awaitReserved(8 * CONNECTION);
        assertThat(stranger(port.port().address()).isHungUpOn()).isTrue();
        Await.until(() -> "the reason is told: " + port.troubles, LIMIT, () -> port.troubles.stream()
                .anyMatch(trouble -> trouble.contains("there is no room")));
        // They are hung up on one by one, as they have not said anything.
        strangers.forEach(stranger -> assertThat(stranger.isHungUpOn()).isTrue());
        awaitReserved(0);
        LinkProbe late = open(MemoryBudget.unbounded()).connect(port.port().address());
        late.send("hello");
        Await.until(() -> "an answer", LIMIT, () -> late.frames.equals(List.of("hello")));
    }

    @Test
    void whoeverHasSentAFrameMakesRoomForTheNextStranger() {
        for (int i = 1; i <= 20; i++) {
            int count = i;
            stranger(port.port().address()).shakeHands("DEALER").send(Stranger.frame(0, "hello".getBytes(US_ASCII)));
            Await.until(() -> "it is accepted", LIMIT, () -> port.accepted.size() == count);
        }
        awaitReserved(20 * CONNECTION);
        strangers.forEach(Stranger::close);
        awaitReserved(0);
    }

    /** Once half of what there is for them is used they get small buffers, and even all of them leave a quarter to the rest of the port. */
    @Test
    void connectionsTakeLessAsMemoryGetsShortAndNeverAll() {
        int large = 25;
        int small = (int) ((MEMORY / 4 * 3 - large * CONNECTION) / SMALL);
        for (int i = 1; i <= large + small; i++) {
            int count = i;
            stranger(port.port().address()).shakeHands("DEALER").send(Stranger.frame(0, "hello".getBytes(US_ASCII)));
            Await.until(() -> count + " are accepted: " + port.troubles, LIMIT, () -> port.accepted.size() == count);
        }
        assertThat(memory.reserved()).isEqualTo(large * CONNECTION + small * SMALL);
        assertThat(stranger(port.port().address()).isHungUpOn()).isTrue();
        strangers.forEach(Stranger::close);
        awaitReserved(0);
        stranger(port.port().address());
        awaitReserved(CONNECTION);
    }

    /** What is small in memory is not slow: frames of all sizes pass over a connection with small buffers. */
    @Test
    void frameOfAnySizePassesOverAConnectionWithSmallBuffers() {
        for (int i = 1; i <= 26; i++) {
            int count = i;
            stranger(port.port().address()).shakeHands("DEALER").send(Stranger.frame(0, "hello".getBytes(US_ASCII)));
            Await.until(() -> "it is accepted", LIMIT, () -> port.accepted.size() == count);
        }
        LinkProbe link = open(MemoryBudget.unbounded()).connect(port.port().address());
        link.send("hello");
        Await.until(() -> "an answer", LIMIT, () -> link.frames.equals(List.of("hello")));
        assertThat(memory.reserved()).isEqualTo(25 * CONNECTION + 2 * SMALL);
        link.pump(500, MAX_FRAME);
        Await.until(() -> "all came back", LIMIT, () -> link.received.get() == 501);
        assertThat(link.inOrder()).isTrue();
    }

    @Test
    void connectionsThatThisPortMakesArePaidUntilTheyAreClosed() {
        MemoryBudget little = MemoryBudget.of(2 * CONNECTION);
        PortProbe here = open(little);
        LinkProbe link = here.connect(port.port().address());
        FeedProbe feed = here.follow(port.port().publishAddress(), "a");
        assertThat(little.available()).isZero();
        assertThatThrownBy(() -> here.connect(port.port().address())).isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> here.follow(port.port().publishAddress())).isInstanceOf(TransportException.class);
        link.close();
        feed.close();
        assertThat(little.reserved()).isZero();
        LinkProbe another = here.connect(port.port().address());
        another.send("hello");
        Await.until(() -> "an answer", LIMIT, () -> another.frames.size() == 1);
    }

    @Test
    void whoeverSubscribesWithoutEndIsHungUpOnAndOthersAreNot() {
        PortProbe friend = open(MemoryBudget.unbounded());
        FeedProbe feed = friend.follow(port.port().publishAddress(), "news");
        Await.until(() -> "the friend is heard of", LIMIT, () -> port.subscribed.contains("news"));
        long before = memory.reserved();
        Stranger greedy = stranger(port.port().publishAddress()).shakeHands("SUB");
        for (int i = 0; i < 2_000; i++) {
            greedy.send(Stranger.frame(0, ("\1greedy " + i).getBytes(US_ASCII)));
        }
        assertThat(greedy.isHungUpOn()).isTrue();
        Await.until(() -> "the reason is told: " + port.troubles, LIMIT, () -> port.troubles.stream()
                .anyMatch(trouble -> trouble.contains("no room for one more subscription")));
        awaitReserved(before);
        friend.call(() -> {
            feed.subscribe("more news");
            return true;
        });
        Await.until(() -> "the friend is still heard of", LIMIT, () -> port.subscribed.contains("more news"));
        Await.until(
                () -> "all that was subscribed to was given up",
                LIMIT,
                () -> port.subscribed.size() - port.unsubscribed.size() == 2);
        port.publish("news of the day");
        Await.until(() -> "the news arrive", LIMIT, () -> feed.frames.equals(List.of("news of the day")));
    }

    @Test
    void subscriptionsThatAreGivenUpArePaidBack() {
        PortProbe friend = open(MemoryBudget.unbounded());
        FeedProbe feed = friend.follow(port.port().publishAddress(), "a", "b");
        Await.until(() -> "both are there", LIMIT, () -> port.subscribed.containsAll(List.of("a", "b")));
        long both = memory.reserved();
        feed.unsubscribe("a");
        Await.until(() -> "one is gone", LIMIT, () -> port.unsubscribed.equals(List.of("a")));
        assertThat(memory.reserved()).isLessThan(both);
        feed.subscribe("a");
        Await.until(
                () -> "both are there again",
                LIMIT,
                () -> port.subscribed.equals(List.of("a", "b", "a")) || port.subscribed.equals(List.of("b", "a", "a")));
        assertThat(memory.reserved()).isEqualTo(both);
    }
}
