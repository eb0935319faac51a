package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.Link;
import io.parley.transport.Port;
import io.parley.transport.Transport;
import io.parley.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract of every {@link Port}: its addresses, its I/O context and its end. */
public interface PortContract extends TransportSetup {

    /** Strings that no transport accepts as an address. */
    List<String> GARBAGE = List.of(
            "",
            " ",
            "nonsense",
            "carrier-pigeon://loft:1",
            "tcp://",
            "tcp://:1",
            "tcp://host",
            "tcp://host:",
            "tcp://host:0",
            "tcp://host:-1",
            "tcp://host:65536",
            "tcp://host:99999999999",
            "tcp://host:1/path",
            "tcp://127.0.0.1:9003:1",
            "tcp://[127.0.0.1:9003]:1",
            "tcp://1.2.3.4.5:1",
            "tcp://1.2.3:1",
            "tcp://256.1.1.1:1",
            "tcp://...:1",
            "tcp://[]:1",
            "tcp://[::1:1",
            "tcp://[[::1]]:1",
            "tcp://[1:2:3:4:5:6:7:8:9]:1",
            "tcp://[:::]:1",
            "tcp://*:1",
            "tcp://a b:1",
            "tcp://a\u0000b:1",
            "tcp://\u001b[2J:1",
            "tcp://-:1",
            "tcp://tcp://host:1",
            "tcp://" + "a".repeat(10_000) + ":1",
            "\u0000".repeat(10_000));

    @Test
    default void portsForWhatIsLargeAreReachedThoughTheFirstOneIsBusy() {
        Transport transport = create();
        Transport forBulk = transport.forBulk().orElse(null);
        if (forBulk == null) {
            return;
        }
        PortProbe busy = open(transport);
        PortProbe here = open(forBulk);
        PortProbe there = open(forBulk).echoing();
        assertThat(List.of(
                        busy.port().address(),
                        here.port().address(),
                        there.port().address()))
                .doesNotHaveDuplicates();
        var done = new CountDownLatch(1);
        busy.port().execute(() -> Await.latch(done));
        try {
            LinkProbe link = here.connect(there.port().address());
            link.send("large");
            Await.until("the frame went round", () -> link.frames.equals(List.of("large")));
        } finally {
            done.countDown();
        }
    }

    @Test
    default void addressThatAPeerTellsIsUsedOnTheHostThatWasDialled() {
        Transport transport = create();
        Port here = open(transport).port();
        Port there = open(transport).port();
        assertThat(here.addressOnSameHost(there.address(), there.publishAddress()))
                .isEqualTo(there.publishAddress());
        assertThat(here.addressOnSameHost(there.address(), "")).isEmpty();
        assertThat(here.addressOnSameHost(there.address(), "no address")).isEmpty();
    }

    @Test
    default void anAddressOfAnotherKindIsRefused() {
        PortProbe probe = open(create());
        for (String address : GARBAGE) {
            assertThatThrownBy(() -> probe.connect(address)).isInstanceOf(TransportException.class);
            assertThatThrownBy(() -> probe.follow(address)).isInstanceOf(TransportException.class);
        }
    }

    @Test
    default void tasksRunInContextAndInTheOrderEachThreadHandedThemOver() throws InterruptedException {
        PortProbe probe = open(create());
        int threads = 4;
        int each = 5_000;
        var last = new int[threads];
        var misplaced = new AtomicInteger();
        var running = new AtomicBoolean();
        var done = new CountDownLatch(threads * each);
        for (int t = 0; t < threads; t++) {
            int number = t;
            new Thread(() -> {
                        for (int i = 1; i <= each; i++) {
                            int sequence = i;
                            probe.port().execute(() -> {
                                boolean right = running.compareAndSet(false, true)
                                        && probe.port().inContext()
                                        && last[number] == sequence - 1;
                                if (!right) {
                                    misplaced.incrementAndGet();
                                }
                                last[number] = sequence;
                                running.set(false);
                                done.countDown();
                            });
                        }
                    })
                    .start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(misplaced).hasValue(0);
        assertThat(probe.port().inContext()).isFalse();
    }

    @Test
    default void aTaskThatFailsDoesNotHarmTheNext() {
        PortProbe probe = open(create());
        probe.port().execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(probe.call(() -> "still here")).isEqualTo("still here");
    }

    @Test
    default void aListenerThatFailsDoesNotHarmTheOthers() {
        Transport transport = create();
        PortProbe there = open(transport).echoing();
        PortProbe here = open(transport);
        Link failing = here.call(() -> here.port().connect(there.port().address(), new FailingListener()));
        here.call(() -> failing.send(PortProbe.bytes("bring it down")));
        here.call(() -> {
            here.port()
                    .openFeed(there.port().publishAddress(), frame -> {
                        throw new IllegalStateException("on purpose");
                    })
                    .subscribe(PortProbe.bytes("a"));
            return true;
        });
        Await.until("subscribed", () -> !there.subscribed.isEmpty());
        there.publish("a 1");
        LinkProbe link = here.connect(there.port().address());
        for (int i = 0; i < 10; i++) {
            link.send("frame " + i);
        }
        Await.until("all came back", () -> link.frames.size() == 10);
        assertThat(here.failures).isEmpty();
    }

    @Test
    default void closingTwiceOrByManyAtOnceDoesNothingMore() throws InterruptedException {
        PortProbe probe = open(create());
        var closers = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            closers.add(new Thread(probe::close));
        }
        closers.forEach(Thread::start);
        for (Thread closer : closers) {
            closer.join(10_000);
            assertThat(closer.isAlive()).isFalse();
        }
        assertThatCode(() -> probe.port().close(Duration.ZERO)).doesNotThrowAnyException();
    }

    @Test
    default void afterCloseNothingIsCalledAndTasksAreDropped() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe link = here.connect(there.port().address());
        here.follow(there.port().publishAddress(), "a");
        link.send("hello");
        Await.until("up", () -> link.frames.size() == 1 && there.subscribed.size() == 1);
        var stop = new AtomicBoolean();
        var flood = new Thread(() -> {
            while (!stop.get()) {
                there.port().execute(() -> {
                    there.accepted.get(0).link().send(PortProbe.bytes("more"));
                    there.port().publish(PortProbe.bytes("a more"));
                });
                Thread.onSpinWait();
            }
        });
        flood.start();
        Await.until("the flood has arrived", () -> link.frames.size() > 10);
        here.close();
        var ran = new AtomicBoolean();
        here.port().execute(() -> ran.set(true));
        stop.set(true);
        Await.until("the other end is down", () -> there.accepted.get(0).isDown());
        assertThat(ran).isFalse();
        assertThat(here.violations).isEmpty();
    }

    @Test
    default void closingWithAPortThatIsGoneEnds() {
        Transport fixed = createAtFixedAddress();
        PortProbe gone = open(fixed);
        String address = gone.port().address();
        gone.close();
        PortProbe here = open(create());
        here.connect(address).send("into the void");
        here.close(Duration.ofMillis(200));
    }
}
