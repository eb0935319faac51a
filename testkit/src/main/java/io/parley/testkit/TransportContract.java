package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.Transport;
import io.parley.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link Transport} holds to. A test of one extends this and says how to make it. */
public abstract class TransportContract {

    protected static final int MAX_FRAME = 64 * 1024;
    protected static final int MAX_QUEUED = 200;

    /** Addresses that are none, of any transport's kind. */
    private static final List<String> GARBAGE = List.of(
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

    private final List<PortProbe> opened = new CopyOnWriteArrayList<>();

    protected TransportContract() {}

    /** A transport to try. All ports of one test are opened on what one or more calls return, and have to reach each other. */
    protected abstract Transport create();

    /** A transport whose ports always have the same two addresses, so that one takes the place of another that was closed. */
    protected abstract Transport createAtFixedAddress();

    /** Opens a port that is closed and looked over after the test. */
    protected final PortProbe open(Transport transport) {
        PortProbe probe = PortProbe.open(transport, MAX_FRAME, MAX_QUEUED);
        opened.add(probe);
        return probe;
    }

    @AfterEach
    void closeAllAndFindNothingAmiss() {
        opened.forEach(PortProbe::close);
        for (PortProbe probe : opened) {
            assertThat(probe.violations).as("violations at " + probe.name()).isEmpty();
            Await.until("no thread of " + probe.name() + " is left", () -> threadsOf(probe)
                    .isEmpty());
        }
    }

    @Test
    void framesArriveInTheOrderTheyWereSentIn() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        List<String> sent =
                IntStream.range(0, MAX_QUEUED).mapToObj(i -> "frame " + i).toList();
        sent.forEach(frame -> assertThat(link.send(frame)).isTrue());
        assertThat(framesAt(there, sent.size())).isEqualTo(sent);
    }

    @Test
    void framesTravelBothWays() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe link = here.connect(there.port().address());
        for (int i = 0; i < 100; i++) {
            link.send("ping " + i);
        }
        Await.until("all came back", () -> link.frames.size() == 100);
        assertThat(link.frames.get(99)).isEqualTo("ping 99");
    }

    @Test
    void portsForWhatIsLargeAreReachedThoughTheFirstOneIsBusy() {
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
        busy.port().execute(() -> awaitUninterrupted(done));
        try {
            LinkProbe link = here.connect(there.port().address());
            link.send("large");
            Await.until("the frame went round", () -> link.frames.equals(List.of("large")));
        } finally {
            done.countDown();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPortReachesItself() {
        PortProbe self = open(create()).echoing();
        LinkProbe link = self.connect(self.port().address());
        link.send("hello me");
        Await.until("the frame went round", () -> link.frames.equals(List.of("hello me")));
    }

    @Test
    void addressThatAPeerTellsIsUsedOnTheHostThatWasDialled() {
        Transport transport = create();
        Port here = open(transport).port();
        Port there = open(transport).port();
        assertThat(here.addressOnSameHost(there.address(), there.publishAddress()))
                .isEqualTo(there.publishAddress());
        assertThat(here.addressOnSameHost(there.address(), "")).isEmpty();
        assertThat(here.addressOnSameHost(there.address(), "no address")).isEmpty();
    }

    @Test
    void linksDoNotMixUpTheirFrames() {
        Transport transport = create();
        PortProbe there = open(transport).echoing();
        List<LinkProbe> links = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PortProbe here = open(transport);
            links.add(here.connect(there.port().address()));
            links.add(here.connect(there.port().address()));
        }
        for (int i = 0; i < links.size(); i++) {
            links.get(i).send("from " + i);
        }
        for (int i = 0; i < links.size(); i++) {
            LinkProbe link = links.get(i);
            Await.until("an answer", () -> !link.frames.isEmpty());
            assertThat(link.frames).containsExactly("from " + i);
        }
        assertThat(there.accepted).hasSize(links.size());
    }

    @Test
    void aLinkIsAcceptedWithItsFirstFrameAndNotBefore() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe silent = here.connect(there.port().address());
        LinkProbe talking = here.connect(there.port().address());
        talking.send("hello");
        Await.until("the talking link is answered", () -> talking.frames.size() == 1);
        assertThat(there.accepted).hasSize(1);
        silent.send("me too");
        Await.until("the silent link is accepted", () -> there.accepted.size() == 2);
        Await.until("its frame follows", () -> there.accepted.get(1).frames.equals(List.of("me too")));
    }

    @Test
    void aLinkMayConnectBeforeAnybodyIsBound() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        String address = first.port().address();
        first.close();
        PortProbe here = open(create());
        LinkProbe link = here.connect(address);
        assertThat(link.send("early")).isTrue();
        PortProbe there = open(fixed);
        assertThat(there.port().address()).isEqualTo(address);
        assertThat(framesAt(there, 1)).containsExactly("early");
        assertThat(link.isDown()).isFalse();
    }

    @Test
    void aLinkNobodyAnswersTakesFramesUpToABound() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        String address = first.port().address();
        first.close();
        LinkProbe link = open(create()).connect(address);
        int taken = 0;
        while (taken <= 4 * MAX_QUEUED && link.send("frame " + taken)) {
            taken++;
        }
        assertThat(taken).isBetween(MAX_QUEUED, 2 * MAX_QUEUED);
        PortProbe there = open(fixed);
        Await.until("there is room again", () -> link.writable.get() > 0);
        assertThat(framesAt(there, taken)).hasSize(taken).last().isEqualTo("frame " + (taken - 1));
    }

    @Test
    void bothKindsOfLinkGoDownWhenTheOtherPortCloses() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe asked = here.connect(there.port().address());
        asked.send("one");
        LinkProbe askedBack = there.connect(here.port().address());
        askedBack.send("two");
        Await.until("both are up", () -> asked.frames.size() == 1 && here.accepted.size() == 1);
        there.close();
        Await.until("the link asked for is down", asked::isDown);
        Await.until("the link accepted is down", () -> here.accepted.get(0).isDown());
        assertThat(asked.send("three")).isFalse();
    }

    @Test
    void framesSentBeforeAPortClosesStillArrive() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        framesAt(there, 1);
        here.port().execute(() -> {
            for (int i = 0; i < 100; i++) {
                link.link().send(PortProbe.bytes("last " + i));
            }
        });
        here.close();
        assertThat(framesAt(there, 101)).hasSize(101);
        Await.until("then the link is down", () -> there.accepted.get(0).isDown());
    }

    @Test
    void closingALinkTakesTheOtherEndDown() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        framesAt(there, 1);
        link.close();
        link.close();
        Await.until("the other end is down", () -> there.accepted.get(0).isDown());
        assertThat(link.isDown()).isFalse();
        assertThat(link.send("more")).isFalse();
    }

    @Test
    void aClosedLinkHearsNothing() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe closed = here.connect(there.port().address());
        LinkProbe other = here.connect(there.port().address());
        here.call(() -> {
            closed.link().send(PortProbe.bytes("hello"));
            closed.link().close();
            return true;
        });
        other.send("hello");
        Await.until("the other link is answered", () -> !other.frames.isEmpty());
        assertThat(closed.frames).isEmpty();
        assertThat(closed.downs).isEmpty();
    }

    @Test
    void aNewLinkReachesThePortThatTookTheOldOnesPlace() {
        Transport fixed = createAtFixedAddress();
        PortProbe here = open(create());
        for (int round = 0; round < 3; round++) {
            PortProbe there = open(fixed).echoing();
            LinkProbe link = here.connect(there.port().address());
            link.send("hello");
            Await.until("an answer", () -> !link.frames.isEmpty());
            there.close();
            Await.until("the link is down", link::isDown);
        }
    }

    @Test
    void subscribersGetWhatBeginsWithTheirPrefixes() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe apples = open(transport).follow(publisher.port().publishAddress(), "apple", "quince/");
        FeedProbe all = open(transport).follow(publisher.port().publishAddress(), "");
        Await.until("all have subscribed", () -> publisher.subscribed.size() == 3);
        List.of("apple 1", "pear 1", "appl", "quince/1", "end apple").forEach(publisher::publish);
        publisher.publish("apple 2");
        Await.until("the last frame is there", () -> apples.frames.contains("apple 2"));
        assertThat(apples.frames).containsExactly("apple 1", "quince/1", "apple 2");
        Await.until("all frames are there", () -> all.frames.size() == 6);
        assertThat(publisher.subscribed).containsExactlyInAnyOrder("apple", "quince/", "");
    }

    @Test
    void aPortIsToldOfTheFirstAndTheLastSubscription() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe one = open(transport).follow(publisher.port().publishAddress(), "a");
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a")));
        FeedProbe two = open(transport).follow(publisher.port().publishAddress(), "a", "b");
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a", "b")));
        one.unsubscribe("a");
        two.subscribe("c");
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a", "b", "c")));
        two.unsubscribe("b");
        Await.until("b is given up", () -> publisher.unsubscribed.equals(List.of("b")));
        two.unsubscribe("a");
        Await.until("a is given up", () -> publisher.unsubscribed.equals(List.of("b", "a")));
        two.subscribe("a");
        Await.until("a is wanted again", () -> publisher.subscribed.equals(List.of("a", "b", "c", "a")));
    }

    @Test
    void closingAFeedGivesItsSubscriptionsUp() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe feed = open(transport).follow(publisher.port().publishAddress(), "a");
        PortProbe other = open(transport);
        other.follow(publisher.port().publishAddress(), "b");
        Await.until("subscribed", () -> publisher.subscribed.size() == 2);
        feed.close();
        Await.until("a is given up", () -> publisher.unsubscribed.equals(List.of("a")));
        other.close();
        Await.until("b is given up", () -> publisher.unsubscribed.equals(List.of("a", "b")));
    }

    @Test
    void whatWasAskedForTwiceIsGivenUpTwice() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        FeedProbe feed = open(transport).follow(publisher.port().publishAddress(), "a", "a");
        feed.unsubscribe("a");
        feed.subscribe("b");
        Await.until("subscribed", () -> publisher.subscribed.size() == 2);
        publisher.publish("a 1");
        Await.until("a is still wanted", () -> feed.frames.equals(List.of("a 1")));
        feed.unsubscribe("a");
        Await.until("a is given up", () -> publisher.unsubscribed.equals(List.of("a")));
    }

    @Test
    void aFeedFindsThePublisherThatCameBack() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        FeedProbe feed = open(create()).follow(first.port().publishAddress(), "a");
        Await.until("subscribed", () -> first.subscribed.equals(List.of("a")));
        first.close();
        PortProbe second = open(fixed);
        Await.until("subscribed again", () -> second.subscribed.equals(List.of("a")));
        second.publish("a 1");
        Await.until("the frame is there", () -> feed.frames.equals(List.of("a 1")));
    }

    @Test
    void aFeedMayFollowBeforeAnybodyIsBound() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        String address = first.port().publishAddress();
        first.close();
        FeedProbe feed = open(create()).follow(address, "a");
        PortProbe publisher = open(fixed);
        Await.until("subscribed", () -> publisher.subscribed.equals(List.of("a")));
        publisher.publish("a 1");
        Await.until("the frame is there", () -> feed.frames.equals(List.of("a 1")));
    }

    @Test
    void publishingToNobodyOrToSomebodySlowDoesNotWait() {
        Transport transport = create();
        PortProbe publisher = open(transport);
        publisher.publish("to nobody");
        PortProbe slow = open(transport);
        FeedProbe feed = slow.follow(publisher.port().publishAddress(), "a");
        Await.until("subscribed", () -> !publisher.subscribed.isEmpty());
        var release = new CountDownLatch(1);
        slow.port().execute(() -> awaitLatch(release));
        byte[] large = PortProbe.bytes("a".repeat(8 * 1024));
        int published = 4_000;
        publisher.call(() -> {
            for (int i = 0; i < published; i++) {
                publisher.port().publish(large.clone());
            }
            return true;
        });
        release.countDown();
        Await.until("some have arrived", () -> !feed.frames.isEmpty());
        publisher.publish("a last");
        int[] seen = {0};
        Await.until("it can follow again", () -> {
            if (seen[0]++ % 20 == 0) {
                publisher.publish("a last");
            }
            return feed.frames.contains("a last");
        });
        assertThat(feed.frames.size()).isLessThan(published);
    }

    @Test
    void theLargestFramePassesAndALargerOneIsRefused() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        FeedProbe feed = here.follow(there.port().publishAddress(), "");
        assertThat(link.send(new byte[Port.MAX_FIRST_FRAME_BYTES])).isTrue();
        assertThat(link.send(new byte[MAX_FRAME])).isTrue();
        Await.until(
                "the largest arrives",
                () -> there.accepted.size() == 1
                        && there.accepted.get(0).received.get() == 2);
        assertThatThrownBy(() -> link.send(new byte[MAX_FRAME + 1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> link.send(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        Await.until("subscribed", () -> there.subscribed.size() == 1);
        assertThatThrownBy(() -> publishNow(there, new byte[MAX_FRAME + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publishNow(there, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        publishNow(there, new byte[MAX_FRAME]);
        Await.until("the largest is published", () -> feed.frames.size() == 1);
        assertThat(link.send("small")).isTrue();
        Await.until("the link still works", () -> there.accepted.get(0).frames.equals(List.of("small")));
    }

    @Test
    void aLinkThatIsFullSaysSoAndLaterThatItIsNot() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        Await.until("connected", () -> there.accepted.size() == 1);
        assertPressureHoldsBack(link, there.accepted.get(0), there);
    }

    @Test
    void anAcceptedLinkThatIsFullSaysSoAndLaterThatItIsNot() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        Await.until("connected", () -> there.accepted.size() == 1);
        assertPressureHoldsBack(there.accepted.get(0), link, here);
    }

    private static void assertPressureHoldsBack(LinkProbe from, LinkProbe to, PortProbe receiver) {
        int before = to.received.get();
        int count = 3_000;
        var release = new CountDownLatch(1);
        receiver.port().execute(() -> awaitLatch(release));
        from.pump(count, 16 * 1024);
        Await.until("the link is full", () -> from.refusals.get() > 0);
        assertThat(from.pumped.get()).isBetween(MAX_QUEUED, count - 1);
        release.countDown();
        Await.until("nothing is lost", () -> to.received.get() == before + count);
        assertThat(to.inOrder()).isTrue();
    }

    @Test
    void tasksRunInContextAndInTheOrderEachThreadHandedThemOver() throws InterruptedException {
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
    void aTaskThatFailsDoesNotHarmTheNext() {
        PortProbe probe = open(create());
        probe.port().execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(probe.call(() -> "still here")).isEqualTo("still here");
    }

    @Test
    void aListenerThatFailsDoesNotHarmTheOthers() {
        Transport transport = create();
        PortProbe there = open(transport).echoing();
        PortProbe here = open(transport);
        Link failing = here.call(() -> here.port().connect(there.port().address(), new FailingListener()));
        here.call(() -> failing.send(PortProbe.bytes("bring it down")));
        here.call(() -> {
            here.port()
                    .follow(there.port().publishAddress(), frame -> {
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
    void closingTwiceOrByManyAtOnceDoesNothingMore() throws InterruptedException {
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
    void afterCloseNothingIsCalledAndTasksAreDropped() {
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
    void closingWithAPortThatIsGoneEnds() {
        Transport fixed = createAtFixedAddress();
        PortProbe gone = open(fixed);
        String address = gone.port().address();
        gone.close();
        PortProbe here = open(create());
        here.connect(address).send("into the void");
        here.close(Duration.ofMillis(200));
    }

    @Test
    void anAddressOfAnotherKindIsRefused() {
        PortProbe probe = open(create());
        for (String address : GARBAGE) {
            assertThatThrownBy(() -> probe.connect(address)).isInstanceOf(TransportException.class);
            assertThatThrownBy(() -> probe.follow(address)).isInstanceOf(TransportException.class);
        }
    }

    private static final class FailingListener implements LinkListener {

        @Override
        public void onFrame(byte[] frame) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void onWritable() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void onDown(String reason) {
            throw new IllegalStateException("on purpose");
        }
    }

    /** The frames of the first link {@code probe} accepts, once there are {@code count}. */
    private static List<String> framesAt(PortProbe probe, int count) {
        Await.until(
                count + " frames arrive",
                () -> !probe.accepted.isEmpty() && probe.accepted.get(0).frames.size() >= count);
        return probe.accepted.get(0).frames;
    }

    private static void publishNow(PortProbe probe, byte[] frame) {
        probe.call(() -> {
            probe.port().publish(frame);
            return true;
        });
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("Nobody released the context");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> threadsOf(PortProbe probe) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches(".*\\b" + probe.name() + "\\b.*"))
                .toList();
    }
}
