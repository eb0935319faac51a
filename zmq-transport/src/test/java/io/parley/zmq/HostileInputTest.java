package io.parley.zmq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.Port;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
        port.close();
        friend.close();
        Await.until("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().endsWith(port.name())
                        || thread.getName().contains(port.name() + "-")));
        assertThat(port.violations).isEmpty();
    }

    /** @param greeted whether the bytes come after a complete handshake */
    private record Attack(String name, boolean greeted, byte[] bytes) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Attack> attacks() {
        byte[] zmtp2 = {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5};
        byte[] random = new byte[100_000];
        new Random(4711).nextBytes(random);
        return Stream.of(
                new Attack("nothing", false, new byte[0]),
                new Attack("a web browser", false, "GET / HTTP/1.1\r\nHost: parley\r\n\r\n".getBytes(US_ASCII)),
                new Attack("zeroes", false, new byte[10_000]),
                new Attack("random bytes", false, random),
                new Attack("a greeting and random bytes", false, Stranger.join(Stranger.greeting(), random)),
                new Attack("random frames", true, random),
                new Attack("a greeting, then silence", false, Stranger.greeting()),
                new Attack("a handshake, then silence", true, new byte[0]),
                new Attack("half a greeting", false, Arrays.copyOf(Stranger.greeting(), 11)),
                new Attack(
                        "issue 1005 over ZMTP 2", false, Stranger.join(zmtp2, Stranger.longFrame(0, -1, new byte[0]))),
                new Attack(
                        "issue 1005 over ZMTP 2 with another length",
                        false,
                        Stranger.join(zmtp2, Stranger.longFrame(0, Long.MIN_VALUE, new byte[0]))),
                new Attack(
                        "issue 1005 in the handshake",
                        false,
                        Stranger.join(Stranger.greeting(), Stranger.longFrame(4, -1, new byte[0]))),
                new Attack(
                        "issue 1005 after the handshake",
                        true,
                        Stranger.longFrame(0, 0xffffffff80000010L, new byte[100])),
                new Attack("issue 1005, a part", true, Stranger.longFrame(1, -2, new byte[100])),
                new Attack("a length of 1 GiB", true, Stranger.longFrame(0, 1L << 30, new byte[100])),
                new Attack("a length of 2 GiB less one", true, Stranger.longFrame(0, Integer.MAX_VALUE, new byte[100])),
                new Attack(
                        "a frame one byte too large",
                        true,
                        Stranger.longFrame(0, MAX_FRAME + 1, new byte[MAX_FRAME + 1])),
                new Attack("a frame of nothing", true, new byte[] {0, 0}),
                new Attack("neither subscription nor unsubscription", true, new byte[] {0, 3, 7, 8, 9}),
                new Attack("an unsubscription from what others want", true, new byte[] {0, 5, 0, 'n', 'e', 'w', 's'}),
                new Attack("an unsubscription from what nobody wants", true, new byte[] {0, 3, 0, 'n', 'e'}),
                new Attack("a ping that is too short", true, new byte[] {4, 5, 4, 'P', 'I', 'N', 'G', 4, 1, 4}),
                new Attack("a command nobody knows", true, new byte[] {4, 3, 2, 'N', 'O'}),
                new Attack("a ready command that is cut off", false, Stranger.join(Stranger.greeting(), new byte[] {
                    4, 8, 5, 'R', 'E', 'A', 'D', 'Y', 40, 'S'
                })));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void friendsAreServedWhateverStrangersSend(Attack attack) {
        var strangers = new ArrayList<Stranger>();
        for (int i = 0; i < 5; i++) {
            var caller = new Stranger(port.port().address());
            var subscriber = new Stranger(port.port().publishAddress());
            if (attack.greeted) {
                caller.shakeHands("DEALER");
                subscriber.shakeHands("SUB");
            }
            strangers.add(caller.send(attack.bytes));
            strangers.add(subscriber.send(attack.bytes));
        }
        assertFriendsAreServed();
        strangers.forEach(Stranger::close);
        assertFriendsAreServed();
        assertThat(memoryInUse() - memoryBefore).as("memory taken").isLessThan(MEMORY);
    }

    @Test
    void messageThatNeverEndsIsHungUpOnAndTakesNoMemory() {
        byte[] part = Stranger.longFrame(1, 4_000, new byte[4_000]);
        try (var stranger = new Stranger(port.port().address()).shakeHands("DEALER")) {
            for (int i = 0; i < 3_000; i++) {
                stranger.send(part);
            }
            assertThat(stranger.isHungUpOn()).isTrue();
        }
        assertThat(port.accepted).hasSize(1);
        assertFriendsAreServed();
        assertThat(memoryInUse() - memoryBefore).as("memory taken").isLessThan(MEMORY);
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
        try (var stranger = new Stranger(port.port().address()).shakeHands("DEALER")) {
            byte[] guess = new byte[16];
            for (int i = 0; i < 50; i++) {
                new Random(i).nextBytes(guess);
                stranger.send(Stranger.frame(0, guess));
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

    static Stream<Attack> violations() {
        return Stream.of(
                new Attack("an empty message", true, Stranger.frame(0, new byte[0])),
                new Attack(
                        "a message of two parts",
                        true,
                        Stranger.join(
                                Stranger.frame(1, "one".getBytes(US_ASCII)),
                                Stranger.frame(0, "two".getBytes(US_ASCII)))),
                new Attack("one octet too many", true, Stranger.longFrame(0, MAX_FRAME + 1, new byte[MAX_FRAME + 1])),
                new Attack("56 octets too many", true, Stranger.longFrame(0, MAX_FRAME + 56, new byte[MAX_FRAME + 56])),
                new Attack("a negative length", true, Stranger.longFrame(0, -1, new byte[0])));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void whatIsNoFrameBreaksTheLinkBehindTheFramesBeforeIt(Attack violation) {
        try (var stranger = new Stranger(port.port().address()).shakeHands("DEALER")) {
            stranger.send(Stranger.frame(0, "first".getBytes(US_ASCII))).send(violation.bytes);
            Await.until(
                    "the link is down",
                    () -> port.accepted.size() == 2 && port.accepted.get(1).isDown());
            assertThat(port.accepted.get(1).frames).containsExactly("first");
            assertThat(stranger.isHungUpOn()).isTrue();
        }
        assertFriendsAreServed();
    }

    @ParameterizedTest
    @MethodSource("violations")
    void whatIsNoFrameIsNoBeginningOfALink(Attack violation) {
        try (var stranger = new Stranger(port.port().address()).shakeHands("DEALER")) {
            assertThat(stranger.send(violation.bytes).isHungUpOn()).isTrue();
        }
        assertThat(port.accepted).hasSize(1);
        assertFriendsAreServed();
    }

    @Test
    void firstFrameOfALinkIsSmall() {
        try (var stranger = new Stranger(port.port().address()).shakeHands("DEALER")) {
            stranger.send(Stranger.longFrame(0, Port.MAX_FIRST_FRAME_BYTES + 1, new byte[5_000]));
            assertThat(stranger.isHungUpOn()).isTrue();
        }
        assertThat(port.accepted).hasSize(1);
    }

    @Test
    void whatAnAcceptedLinkSendsAfterItWasClosedIsDroppedAndItsConnectionEnds() {
        try (var stranger = new Stranger(port.port().address()).shakeHands("DEALER")) {
            stranger.send(Stranger.frame(0, "hello".getBytes(US_ASCII)));
            Await.until("it is accepted", () -> port.accepted.size() == 2);
            assertThat(stranger.receive(7)).isEqualTo(Stranger.frame(0, "hello".getBytes(US_ASCII)));
            port.accepted.get(1).close();
            stranger.send(Stranger.frame(0, "still here".getBytes(US_ASCII)));
            assertThat(stranger.isHungUpOn()).isTrue();
        }
        assertFriendsAreServed();
        assertThat(port.accepted).hasSize(2);
        assertThat(port.accepted.get(1).frames).containsExactly("hello");
        assertThat(port.accepted.get(1).downs).isEmpty();
    }

    /** Each of them sends nothing more: neither frame nor subscription. */
    @Test
    void whoeverDoesNotBeginInTimeIsHungUpOn() {
        var silent = new ArrayList<Stranger>();
        for (String address : List.of(port.port().address(), port.port().publishAddress())) {
            silent.add(new Stranger(address));
            silent.add(new Stranger(address).send(Stranger.greeting()));
            silent.add(
                    new Stranger(address).shakeHands(address.equals(port.port().address()) ? "DEALER" : "SUB"));
        }
        silent.forEach(stranger -> assertThat(stranger.isHungUpOn()).isTrue());
        silent.forEach(Stranger::close);
        assertFriendsAreServed();
    }

    /** JeroMQ lets properties of the handshake take the place of the address by which a connection is known. */
    @Test
    void nobodyCanPassForTheConnectionOfAnother() {
        try (var victim = new Stranger(port.port().address()).shakeHands("DEALER");
                var forger = new Stranger(port.port().address())) {
            victim.send(Stranger.frame(0, "mine".getBytes(US_ASCII)));
            Await.until("the victim is accepted", () -> port.accepted.size() == 2);
            forger.shakeHands("DEALER", "Peer-Address", victim.localAddress());
            forger.send(Stranger.frame(0, "yours".getBytes(US_ASCII))).send(Stranger.frame(0, new byte[0]));
            assertThat(forger.isHungUpOn()).isTrue();
            victim.send(Stranger.frame(0, "still mine".getBytes(US_ASCII)));
            Await.until("the victim is heard", () -> port.accepted.get(1).frames.size() == 2);
            assertThat(port.accepted.get(1).downs).isEmpty();
            assertThat(port.accepted).hasSize(2);
        }
    }

    @Test
    void subscriberThatSendsNonsenseIsHungUpOnAndItsSubscriptionsEnd() {
        try (var stranger = new Stranger(port.port().publishAddress()).shakeHands("SUB")) {
            stranger.send(Stranger.frame(0, new byte[] {0, 'n', 'e', 'v', 'e', 'r'}))
                    .send(Stranger.frame(0, new byte[] {0, 'n', 'e', 'w', 's'}))
                    .send(Stranger.frame(0, new byte[] {1, 'x'}))
                    .send(Stranger.frame(0, new byte[] {1, 'x'}));
            Await.until("x is subscribed to", () -> port.subscribed.equals(List.of("news", "x")));
            assertThat(port.unsubscribed).isEmpty();
            stranger.send(Stranger.frame(0, new byte[] {7, 8, 9}));
            assertThat(stranger.isHungUpOn()).isTrue();
        }
        Await.until("it is told", () -> !port.troubles.isEmpty());
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
