package io.parley.zmq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Whatever strangers send to a port's two addresses: those who behave are served, memory is bounded, and closing ends. */
class HostileInputTest {

    private static final int MAX_FRAME = 64 * 1024;
    private static final long MEMORY = 64L << 20;

    private PortProbe port;
    private PortProbe friend;
    private LinkProbe link;
    private FeedProbe feed;
    private long memoryBefore;

    @BeforeEach
    void openPorts() {
        port = PortProbe.open(ZmqTransport.create(), MAX_FRAME, 100).echoing();
        friend = PortProbe.open(ZmqTransport.create(), MAX_FRAME, 100);
        link = friend.connect(port.port().address());
        feed = friend.follow(port.port().publishAddress(), "news");
        assertFriendsAreServed();
        memoryBefore = memoryInUse();
    }

    @AfterEach
    void closePorts() {
        long start = System.nanoTime();
        port.close();
        friend.close();
        assertThat((System.nanoTime() - start) / 1_000_000)
                .as("time to close, in ms")
                .isLessThan(8_000);
        Await.until("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().endsWith(port.name())
                        || thread.getName().contains(port.name() + "-")));
        assertThat(port.violations).isEmpty();
    }

    static Stream<Named<byte[]>> attacks() {
        byte[] hello = Stranger.join(Stranger.greeting(), Stranger.ready("DEALER"));
        byte[] subscriber = Stranger.join(Stranger.greeting(), Stranger.ready("SUB"));
        byte[] zmtp2 = {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5};
        byte[] zmtp2Subscriber = {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 2};
        byte[] random = new byte[100_000];
        new Random(4711).nextBytes(random);
        return Stream.of(
                Named.of("nothing", new byte[0]),
                Named.of("a web browser", "GET / HTTP/1.1\r\nHost: parley\r\n\r\n".getBytes(US_ASCII)),
                Named.of("zeroes", new byte[10_000]),
                Named.of("random bytes", random),
                Named.of("a greeting and random bytes", Stranger.join(Stranger.greeting(), random)),
                Named.of("a handshake and random bytes", Stranger.join(hello, random)),
                Named.of("a subscriber's handshake and random bytes", Stranger.join(subscriber, random)),
                Named.of("a greeting, then silence", Stranger.greeting()),
                Named.of("half a greeting", Arrays.copyOf(Stranger.greeting(), 11)),
                Named.of("issue 1005 over ZMTP 2", Stranger.join(zmtp2, Stranger.longFrame(0, -1, new byte[0]))),
                Named.of(
                        "issue 1005 with another length",
                        Stranger.join(zmtp2Subscriber, Stranger.longFrame(0, Long.MIN_VALUE, new byte[0]))),
                Named.of(
                        "issue 1005 over ZMTP 3",
                        Stranger.join(Stranger.greeting(), Stranger.longFrame(4, -1, new byte[0]))),
                Named.of(
                        "issue 1005 after the handshake",
                        Stranger.join(hello, Stranger.longFrame(0, 0xffffffff80000010L, new byte[100]))),
                Named.of(
                        "issue 1005 from a subscriber",
                        Stranger.join(subscriber, Stranger.longFrame(0, -2, new byte[100]))),
                Named.of("a length of 1 GiB", Stranger.join(hello, Stranger.longFrame(0, 1L << 30, new byte[100]))),
                Named.of(
                        "a length of 2 GiB less one",
                        Stranger.join(subscriber, Stranger.longFrame(0, Integer.MAX_VALUE, new byte[100]))),
                Named.of(
                        "a frame one byte too large",
                        Stranger.join(hello, Stranger.longFrame(0, MAX_FRAME + 1, new byte[MAX_FRAME + 1]))),
                Named.of("a frame of nothing", Stranger.join(hello, new byte[] {0, 0})),
                Named.of("no subscription", Stranger.join(subscriber, new byte[] {0, 3, 7, 8, 9})),
                Named.of(
                        "an unsubscription from what others want",
                        Stranger.join(
                                subscriber, new byte[] {0, 5, 0, 'n', 'e', 'w', 's'}, new byte[] {0, 3, 0, 'n', 'e'})),
                Named.of(
                        "a ping that is too short",
                        Stranger.join(hello, new byte[] {4, 5, 4, 'P', 'I', 'N', 'G'}, new byte[] {4, 1, 4})),
                Named.of(
                        "a ready command that is cut off",
                        Stranger.join(Stranger.greeting(), new byte[] {4, 8, 5, 'R', 'E', 'A', 'D', 'Y', 40, 'S'})));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void friendsAreServedWhateverStrangersSend(byte[] bytes) {
        var strangers = new ArrayList<Stranger>();
        for (int i = 0; i < 5; i++) {
            strangers.add(new Stranger(port.port().address()).send(bytes));
            strangers.add(new Stranger(port.port().publishAddress()).send(bytes));
        }
        assertFriendsAreServed();
        strangers.forEach(Stranger::close);
        assertFriendsAreServed();
        assertThat(memoryInUse() - memoryBefore).as("memory taken").isLessThan(MEMORY);
    }

    @Test
    void aMessageThatNeverEndsTakesNoMemory() {
        byte[] part = Stranger.longFrame(1, 60_000, new byte[60_000]);
        try (var stranger = new Stranger(port.port().address())) {
            stranger.send(Stranger.greeting()).send(Stranger.ready("DEALER"));
            for (int i = 0; i < 3_000; i++) {
                stranger.send(part);
            }
            Await.until(
                    "its parts arrive",
                    () -> port.accepted.size() == 2
                            && port.accepted.get(1).received.get() > 2_000);
            assertFriendsAreServed();
            assertThat(memoryInUse() - memoryBefore).as("memory taken").isLessThan(MEMORY);
        }
    }

    @Test
    void manyWhoConnectAndStaySilentTakeLittle() {
        var strangers = new ArrayList<Stranger>();
        for (int i = 0; i < 200; i++) {
            strangers.add(new Stranger(port.port().address()));
        }
        assertFriendsAreServed();
        assertThat(port.accepted).hasSize(1);
        assertThat(memoryInUse() - memoryBefore).as("memory taken").isLessThan(MEMORY / 8);
        strangers.forEach(Stranger::close);
    }

    @Test
    void connectionsBeyondTheLimitAreHungUpOn() {
        PortProbe small = PortProbe.open(
                        ZmqTransport.builder().maxConnections(3).build(), MAX_FRAME, 100)
                .echoing();
        try {
            LinkProbe early = friend.connect(small.port().address());
            early.send("hello");
            Await.until("an answer", () -> early.frames.size() == 1);
            var silent = List.of(
                    new Stranger(small.port().address()),
                    new Stranger(small.port().address()));
            try (var refused = new Stranger(small.port().address())) {
                assertThat(refused.isHungUpOn()).isTrue();
            }
            Await.until("it is told", () -> small.troubles.stream().anyMatch(trouble -> trouble.contains("refused")));
            early.send("still here");
            Await.until("another answer", () -> early.frames.size() == 2);
            silent.forEach(Stranger::close);
            LinkProbe late = friend.connect(small.port().address());
            late.send("room again");
            Await.until("a late answer", () -> late.frames.size() == 1);
        } finally {
            small.close();
        }
    }

    @Test
    void nobodyCanForgeTheNewsOfALostConnection() {
        try (var context = new ZContext()) {
            ZMQ.Socket stranger = context.createSocket(SocketType.DEALER);
            stranger.connect(port.port().address());
            byte[] guess = new byte[16];
            for (int i = 0; i < 50; i++) {
                new Random(i).nextBytes(guess);
                stranger.send(guess.clone());
            }
            Await.until(
                    "all guesses arrive as frames",
                    () -> port.accepted.size() == 2
                            && port.accepted.get(1).received.get() == 50);
            assertThat(port.accepted.get(1).downs).isEmpty();
        }
        Await.until("the true news arrives", () -> port.accepted.get(1).isDown());
        assertFriendsAreServed();
    }

    @Test
    void partsOfAMessageAreFramesOfTheirOwn() {
        try (var context = new ZContext()) {
            ZMQ.Socket stranger = context.createSocket(SocketType.DEALER);
            stranger.connect(port.port().address());
            stranger.sendMore("one");
            stranger.sendMore("");
            stranger.send("two");
            Await.until(
                    "both arrive",
                    () -> port.accepted.size() == 2
                            && port.accepted.get(1).frames.equals(List.of("one", "two")));
            assertThat(port.troubles).hasSize(1);
            stranger.setReceiveTimeOut(10_000);
            assertThat(stranger.recvStr()).isEqualTo("one");
            assertThat(stranger.hasReceiveMore()).isFalse();
        }
    }

    @Test
    void aSubscriberThatSendsNonsenseIsTroubleAndNoMore() {
        try (var context = new ZContext()) {
            ZMQ.Socket stranger = context.createSocket(SocketType.XSUB);
            stranger.connect(port.port().publishAddress());
            stranger.send(new byte[] {7, 8, 9});
            stranger.send(new byte[] {0, 'n', 'e', 'v', 'e', 'r'});
            stranger.send(new byte[] {1, 'x'});
            stranger.send(new byte[] {1, 'x'});
            Await.until("x is subscribed to", () -> port.subscribed.equals(List.of("news", "x")));
            assertThat(port.troubles).isNotEmpty();
            assertThat(port.unsubscribed).isEmpty();
        }
        Await.until("x is given up", () -> port.unsubscribed.equals(List.of("x")));
        assertFriendsAreServed();
    }

    private void assertFriendsAreServed() {
        int frames = link.frames.size();
        link.send("ping");
        Await.until("the link is answered", () -> link.frames.size() == frames + 1);
        Await.until("the feed is heard", () -> port.subscribed.contains("news"));
        int news = feed.frames.size();
        port.publish("news of the day");
        Await.until("the feed gets its news", () -> feed.frames.size() == news + 1);
        assertThat(port.failures).isEmpty();
        assertThat(link.downs).isEmpty();
    }

    private static long memoryInUse() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
