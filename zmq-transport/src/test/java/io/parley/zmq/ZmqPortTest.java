package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.TransportException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a ZeroMQ port does beyond what every transport does. */
class ZmqPortTest {

    private final List<PortProbe> opened = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(PortProbe::close);
        opened.forEach(probe -> assertThat(probe.violations).isEmpty());
    }

    @Test
    void anInterruptedLoopGoesOn() {
        PortProbe here = open(ZmqTransport.create());
        PortProbe there = open(ZmqTransport.create()).echoing();
        LinkProbe link = here.connect(there.port().address());
        FeedProbe feed = here.follow(there.port().publishAddress(), "news");
        Await.until("subscribed", () -> there.subscribed.size() == 1);
        for (int i = 0; i < 200; i++) {
            int number = i;
            here.port().execute(() -> {
                Thread.currentThread().interrupt();
                link.link().send(("frame " + number).getBytes());
                Thread.currentThread().interrupt();
            });
            there.port().execute(() -> {
                Thread.currentThread().interrupt();
                there.port().publish(("news " + number).getBytes());
            });
        }
        Await.until("all frames came back", () -> link.frames.size() == 200);
        Await.until("all news arrived", () -> feed.frames.size() == 200);
        assertThat(link.frames).last().isEqualTo("frame 199");
        assertThat(here.failures).isEmpty();
        assertThat(there.failures).isEmpty();
    }

    @Test
    void everyOneOfManyConnectionsIsMade() {
        PortProbe there = open(ZmqTransport.create()).echoing();
        for (int i = 0; i < 100; i++) {
            PortProbe here = open(ZmqTransport.create());
            LinkProbe link = here.connect(there.port().address());
            here.port().execute(() -> link.link().send("hello".getBytes()));
            Await.until("an answer", () -> link.frames.size() == 1);
            here.close(Duration.ZERO);
        }
    }

    @Test
    void aHostsNameIsLookedUpAndFramesWaitForIt() {
        PortProbe here = open(ZmqTransport.create());
        PortProbe there = open(ZmqTransport.create());
        int port = URI.create(there.port().address()).getPort();
        LinkProbe link = here.connect("tcp://localhost:" + port);
        assertThat(link.send("hello")).isTrue();
        Await.until(
                "it arrives",
                () -> there.accepted.size() == 1 && there.accepted.get(0).frames.equals(List.of("hello")));
    }

    @Test
    void aHostThatHasNoAddressIsTroubleAndAPendingLink() {
        PortProbe here = open(ZmqTransport.create());
        LinkProbe link = here.connect("tcp://nobody.invalid:4711");
        assertThat(link.send("hello")).isTrue();
        Await.until("it is told", () -> here.troubles.size() == 1);
        assertThat(link.downs).isEmpty();
        link.close();
    }

    @Test
    void aPortThatIsTakenCannotBeBound() {
        PortProbe here = open(ZmqTransport.create());
        int taken = URI.create(here.port().address()).getPort();
        assertThatThrownBy(() -> open(ZmqTransport.builder().port(taken).build()))
                .isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> open(ZmqTransport.builder().publishPort(taken).build()))
                .isInstanceOf(TransportException.class);
    }

    @Test
    void aPortBoundToAllAddressesTellsTheOneItIsToldTo() {
        PortProbe there = open(ZmqTransport.builder()
                        .bindHost("0.0.0.0")
                        .advertisedHost("127.0.0.1")
                        .build())
                .echoing();
        assertThat(there.port().address()).startsWith("tcp://127.0.0.1:");
        LinkProbe link = open(ZmqTransport.create()).connect(there.port().address());
        link.send("hello");
        Await.until("an answer", () -> link.frames.size() == 1);
        assertThatThrownBy(() -> ZmqTransport.builder().bindHost("0.0.0.0").build())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLoopMaySpinBeforeItSleeps() {
        var spinning = ZmqTransport.builder().spin(Duration.ofMillis(1)).build();
        PortProbe there = open(spinning).echoing();
        LinkProbe link = open(spinning).connect(there.port().address());
        for (int i = 0; i < 100; i++) {
            link.send("frame " + i);
        }
        Await.until("all came back", () -> link.frames.size() == 100);
    }

    @Test
    void aLoopThatSpinsSleepsWhenThereIsNothingToDo() {
        var spinning = ZmqTransport.builder().spin(Duration.ofMillis(1)).build();
        PortProbe there = open(spinning).echoing();
        LinkProbe link = open(spinning).connect(there.port().address());
        link.send("hello");
        Await.until("an answer", () -> link.frames.size() == 1);
        long loop = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("parley-io-" + there.name()))
                .findFirst()
                .orElseThrow()
                .getId();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        var used = new AtomicLong();
        var still = new AtomicInteger();
        Await.until("its thread uses no processor for a while", () -> {
            long now = threads.getThreadCpuTime(loop);
            return (used.getAndSet(now) == now ? still.incrementAndGet() : still.getAndSet(0)) >= 50;
        });
        link.send("awake?");
        Await.until("an answer", () -> link.frames.size() == 2);
    }

    @Test
    void closingEndsEvenIfAListenerDoesNot() throws InterruptedException {
        PortProbe stuck = PortProbe.open(ZmqTransport.create(), 1024, 10);
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        stuck.port().execute(() -> {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        });
        entered.await();
        // Returns, though the listener goes on.
        stuck.close(Duration.ofMillis(100));
        release.countDown();
        Await.until("the thread ends after all", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains(stuck.name())));
    }

    @Test
    void manyLinksMayComeAndGo() {
        PortProbe here = open(ZmqTransport.create());
        PortProbe there = open(ZmqTransport.create()).echoing();
        for (int i = 0; i < 300; i++) {
            LinkProbe link = here.connect(there.port().address());
            link.send("hello");
            if (i % 10 == 0) {
                Await.until("an answer", () -> link.frames.size() == 1);
            }
            link.close();
        }
        LinkProbe last = here.connect(there.port().address());
        last.send("still there?");
        Await.until("an answer", () -> last.frames.size() == 1);
        Await.until(
                "all others are down",
                () -> there.accepted.stream().filter(LinkProbe::isDown).count() == there.accepted.size() - 1);
    }

    private PortProbe open(ZmqTransport transport) {
        PortProbe probe = PortProbe.open(transport, 64 * 1024, 1_000);
        opened.add(probe);
        return probe;
    }
}
