package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Discovery} must hold to. A plug-in's test extends this class and supplies {@link #discovery()}; each test
 * method then runs against the plug-in.
 */
public abstract class DiscoveryContract {

    private final List<Membership> opened = new CopyOnWriteArrayList<>();

    /** For the plug-in's test to call. */
    protected DiscoveryContract() {}

    /** The registry under test. Within one test method, all that is returned must lead to the same registry, empty at first. */
    protected abstract Discovery discovery();

    /** The world the memberships live in. */
    protected Environment environment() {
        return Environment.system();
    }

    /** How long the registry may take to bring a change to a watcher. */
    protected Duration limit() {
        return Duration.ofSeconds(60);
    }

    /**
     * Lets the registry fail so that watchers can notice, if the plug-in has a way to.
     *
     * @return whether it has
     */
    protected boolean breakRegistry() {
        return false;
    }

    /** Ends what {@link #breakRegistry} began. */
    protected void repairRegistry() {}

    /**
     * Puts entries of {@code service} into the registry that are broken in as many ways as the registry lets others do, past the
     * plug-in. None of them may have the name of a sound instance.
     */
    protected void spoilRegistry(String service) throws Exception {}

    /** Opens a membership that is closed after the test. */
    protected final Membership open() {
        Membership membership = discovery().open(environment());
        opened.add(membership);
        return membership;
    }

    /** Waits for {@code condition}; a test in a simulation runs it meanwhile. */
    protected void await(String what, BooleanSupplier condition) {
        Await.until(() -> what, limit(), condition);
    }

    @AfterEach
    void closeMemberships() {
        opened.forEach(Membership::close);
    }

    @Test
    void shouldFollowUpAWatchWithASnapshotThoughItBeEmpty() {
        var seen = new Seen();
        open().watch("orders", seen);
        await("a first snapshot", () -> seen.count() == 1);
        assertThat(seen.latest()).isEmpty();
    }

    @Test
    void shouldShowAnAnnouncementToOtherMemberships() {
        var seen = new Seen();
        open().watch("orders", seen);
        Instance orders = instance("orders", "orders-1");
        open().announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void shouldShowAnAnnouncementToItsOwnMembership() {
        var seen = new Seen();
        Membership own = open();
        own.watch("orders", seen);
        Instance orders = instance("orders", "orders-1");
        own.announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void shouldShowAnEarlierAnnouncementToALaterWatch() {
        Instance orders = instance("orders", "orders-1");
        open().announce(orders);
        var seen = new Seen();
        open().watch("orders", seen);
        awaitSet(seen, orders);
    }

    @Test
    void shouldCarryAllThatIsKnownOfAnInstance() {
        var channels = new TreeMap<ChannelName, Style>();
        channels.put(ChannelName.parse("orders/place"), Style.REQUEST);
        channels.put(ChannelName.parse("orders/ship.v2"), Style.ONE_WAY);
        channels.put(ChannelName.parse("orders/events/all"), Style.PUBLISH);
        channels.put(ChannelName.parse("orders/quotes"), Style.SURVEY);
        var orders = new Instance(
                "orders",
                "orders-3f9A_x.y",
                0x8000_0000_0000_0001L,
                "tcp://10.0.0.1:7001",
                "tcp://10.0.0.1:7002",
                channels,
                Instant.parse("2026-02-03T04:05:06.789Z"),
                Map.of("zone", "north", "quote\"", "line\nbreak, ü and 🚲"));
        var seen = new Seen();
        open().watch("orders", seen);
        open().announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void shouldCarryAnInstanceOfWhichLittleMoreThanTheAddressIsKnown() {
        var orders = new Instance(
                "orders", "orders-1", 0, "tcp://127.0.0.1:7001", "", new TreeMap<>(), Instant.EPOCH, Map.of());
        var seen = new Seen();
        open().watch("orders", seen);
        open().announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void shouldReplaceAnAnnouncementByTheNext() {
        var seen = new Seen();
        open().watch("orders", seen);
        Membership announcing = open();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        Instance more = orders.withChannels(Map.of(ChannelName.parse("orders/cancel"), Style.REQUEST));
        announcing.announce(more);
        awaitSet(seen, more);
    }

    @Test
    void shouldShowAPeerThatAnswersWhenItIsAsked() {
        var seen = new Seen();
        open().watch("orders", seen);
        Membership announcing = open();
        announcing.askThrough(Runnable::run);
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void shouldLetAnInstanceGoOnceItIsWithdrawn() {
        var seen = new Seen();
        open().watch("orders", seen);
        Membership announcing = open();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        announcing.withdraw();
        awaitSet(seen);
    }

    @Test
    void shouldTakeAnInstanceBackThatIsAnnouncedAgain() {
        var seen = new Seen();
        open().watch("orders", seen);
        Membership announcing = open();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        announcing.withdraw();
        awaitSet(seen);
        announcing.announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void shouldLetAnInstanceGoOnceItsMembershipIsClosed() {
        var seen = new Seen();
        open().watch("orders", seen);
        Membership announcing = open();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        announcing.close();
        awaitSet(seen);
    }

    @Test
    void shouldIgnoreAWithdrawalOfNothing() {
        Membership membership = open();
        assertThatCode(membership::withdraw).doesNotThrowAnyException();
        membership.announce(instance("orders", "orders-1"));
        membership.withdraw();
        assertThatCode(membership::withdraw).doesNotThrowAnyException();
    }

    @Test
    void shouldShowAllInstancesOfAService() {
        var seen = new Seen();
        open().watch("orders", seen);
        var all = new ArrayList<Instance>();
        for (int i = 0; i < 5; i++) {
            Instance instance = instance("orders", "orders-" + i);
            open().announce(instance);
            all.add(instance);
        }
        awaitSet(seen, all.toArray(Instance[]::new));
    }

    @Test
    void shouldTellServicesApart() {
        var ordersSeen = new Seen();
        var orderSeen = new Seen();
        Membership watching = open();
        watching.watch("orders", ordersSeen);
        watching.watch("order", orderSeen);
        Instance orders = instance("orders", "one");
        Instance order = instance("order", "one");
        open().announce(orders);
        open().announce(order);
        awaitSet(ordersSeen, orders);
        awaitSet(orderSeen, order);
        assertThat(ordersSeen.all()).allSatisfy(snapshot -> assertThat(snapshot).doesNotContain(order));
    }

    @Test
    void shouldGiveEveryWatchOfAServiceItsSnapshots() {
        var first = new Seen();
        var second = new Seen();
        Membership watching = open();
        watching.watch("orders", first);
        watching.watch("orders", second);
        Instance orders = instance("orders", "orders-1");
        open().announce(orders);
        awaitSet(first, orders);
        awaitSet(second, orders);
    }

    @Test
    void shouldNeverShowOnlyAPartOfTheSet() {
        Instance stays = instance("orders", "stays");
        open().announce(stays);
        var arrived = new Seen();
        open().watch("orders", arrived);
        awaitSet(arrived, stays);
        var seen = new Seen();
        open().watch("orders", seen);
        awaitSet(seen, stays);
        Membership changing = open();
        for (int i = 0; i < 30; i++) {
            changing.announce(instance("orders", "changes")
                    .withChannels(Map.of(ChannelName.parse("orders/channel-" + i), Style.REQUEST)));
        }
        await("the last of many changes", () -> showsChannel(seen, "orders/channel-29"));
        assertThat(seen.all())
                .as("every snapshot since the first with the instance that stays")
                .allSatisfy(snapshot -> assertThat(snapshot).contains(stays));
        assertThat(changesMissingOnceThere(seen))
                .as("snapshots without an instance that was replaced, never withdrawn")
                .isEmpty();
    }

    @Test
    void shouldNotRepeatASnapshotInWhichNothingChanged() {
        var seen = new Seen();
        var otherSeen = new Seen();
        Membership watching = open();
        watching.watch("orders", seen);
        watching.watch("billing", otherSeen);
        Instance orders = instance("orders", "orders-1");
        Membership announcing = open();
        announcing.announce(orders);
        awaitSet(seen, orders);
        int count = seen.count();
        announcing.announce(orders);
        var billing = new ArrayList<Instance>();
        for (int i = 0; i < 3; i++) {
            billing.add(instance("billing", "billing-" + i));
            open().announce(billing.get(i));
            awaitSet(otherSeen, billing.toArray(Instance[]::new));
        }
        assertThat(seen.count()).isEqualTo(count);
    }

    @Test
    void shouldNotCallAWatcherWhoseWatchIsClosed() {
        var closedSeen = new Seen();
        var openSeen = new Seen();
        Membership watching = open();
        Membership.Watch watch = watching.watch("orders", closedSeen);
        watching.watch("orders", openSeen);
        await("the first snapshots", () -> closedSeen.count() == 1 && openSeen.count() == 1);
        watch.close();
        watch.close();
        Instance orders = instance("orders", "orders-1");
        open().announce(orders);
        awaitSet(openSeen, orders);
        // By the time the next change is seen, the one before would have come through to the closed watch too.
        Instance next = instance("orders", "orders-2");
        open().announce(next);
        awaitSet(openSeen, orders, next);
        assertThat(closedSeen.count()).isEqualTo(1);
    }

    @Test
    void shouldEndAllWatchesOfAClosedMembership() {
        var closedSeen = new Seen();
        var openSeen = new Seen();
        Membership closing = open();
        closing.watch("orders", closedSeen);
        open().watch("orders", openSeen);
        await("the first snapshots", () -> closedSeen.count() == 1 && openSeen.count() == 1);
        closing.close();
        Instance orders = instance("orders", "orders-1");
        open().announce(orders);
        awaitSet(openSeen, orders);
        // By the time the next change is seen, the one before would have come through to the closed watch too.
        Instance next = instance("orders", "orders-2");
        open().announce(next);
        awaitSet(openSeen, orders, next);
        assertThat(closedSeen.count()).isEqualTo(1);
    }

    @Test
    void shouldLetAWatcherCloseItsOwnWatchAndMembership() {
        Membership membership = open();
        var calls = new AtomicInteger();
        membership.watch("orders", new Membership.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                calls.incrementAndGet();
                membership.close();
            }

            @Override
            public void onError(Exception problem) {}
        });
        await("a first snapshot", () -> calls.get() == 1);
    }

    @Test
    void shouldCallOneWatchOneCallAfterTheOther() {
        var overlapped = new AtomicBoolean();
        var inside = new AtomicInteger();
        var latest = new Seen();
        open().watch("orders", new Membership.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                if (inside.incrementAndGet() > 1) {
                    overlapped.set(true);
                }
                Thread.yield();
                latest.onSnapshot(instances);
                inside.decrementAndGet();
            }

            @Override
            public void onError(Exception problem) {}
        });
        var all = new ArrayList<Instance>();
        for (int i = 0; i < 10; i++) {
            Instance instance = instance("orders", "orders-" + i);
            open().announce(instance);
            all.add(instance);
        }
        awaitSet(latest, all.toArray(Instance[]::new));
        assertThat(overlapped).isFalse();
    }

    @Test
    void shouldNotHoldALockWhileAWatcherIsCalled() throws InterruptedException {
        if (environment() instanceof SimulatedEnvironment) {
            return; // One thread cannot get in its own way.
        }
        Membership membership = open();
        var called = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        membership.watch("orders", new Membership.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                called.countDown();
                try {
                    leave.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void onError(Exception problem) {}
        });
        assertThat(called.await(limit().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        try {
            membership.announce(instance("orders", "orders-1"));
            membership.watch("billing", new Seen()).close();
            assertThat(membership.services()).contains("orders");
            membership.withdraw();
            membership.close();
        } finally {
            leave.countDown();
        }
    }

    @Test
    void shouldSurviveAWatcherThatThrows() {
        Membership watching = open();
        var calls = new AtomicInteger();
        watching.watch("orders", new Membership.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                calls.incrementAndGet();
                throw new IllegalStateException("This watcher always throws");
            }

            @Override
            public void onError(Exception problem) {}
        });
        var seen = new Seen();
        watching.watch("orders", seen);
        await("both first snapshots", () -> calls.get() == 1 && seen.count() == 1);
        Instance orders = instance("orders", "orders-1");
        open().announce(orders);
        awaitSet(seen, orders);
        await("a second call in spite of the throw", () -> calls.get() >= 2);
    }

    @Test
    void shouldListServicesInAlphabeticalOrder() {
        open().announce(instance("orders", "orders-1"));
        open().announce(instance("orders", "orders-2"));
        open().announce(instance("billing", "billing-1"));
        Membership onlooker = open();
        await("both services", () -> List.copyOf(onlooker.services()).equals(List.of("billing", "orders")));
    }

    @Test
    void shouldListNoServiceOfWhichAllIsWithdrawn() {
        Membership announcing = open();
        announcing.announce(instance("orders", "orders-1"));
        Membership onlooker = open();
        await("the service", () -> onlooker.services().contains("orders"));
        announcing.close();
        await("no service", () -> onlooker.services().isEmpty());
    }

    @Test
    void shouldCloseTwiceWithoutHarm() {
        Membership membership = open();
        membership.announce(instance("orders", "orders-1"));
        membership.close();
        assertThatCode(membership::close).doesNotThrowAnyException();
        assertThatCode(membership::withdraw).doesNotThrowAnyException();
    }

    @Test
    void shouldTellWatchersThatTheRegistryCannotBeReadAndGoOnAfterwards() {
        var seen = new Seen();
        open().watch("orders", seen);
        await("a first snapshot", () -> seen.count() == 1);
        if (!breakRegistry()) {
            return;
        }
        await("an error", () -> !seen.problems.isEmpty());
        repairRegistry();
        Instance orders = instance("orders", "orders-1");
        open().announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void brokenEntriesHideNobody() throws Exception {
        var before = new Seen();
        open().watch("orders", before);
        Instance first = instance("orders", "orders-1");
        open().announce(first);
        awaitSet(before, first);
        for (Instance hostile : hostileInstances(first)) {
            try {
                open().announce(hostile);
            } catch (DiscoveryException e) {
                // A registry may refuse what it cannot hold.
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        spoilRegistry("orders");
        Instance second = instance("orders", "orders-2");
        open().announce(second);
        await("both by an earlier watch", () -> before.latest().containsAll(Set.of(first, second)));
        var after = new Seen();
        open().watch("orders", after);
        await("both by a later watch", () -> after.latest().containsAll(Set.of(first, second)));
        await("the service", () -> open().services().contains("orders"));
        assertThat(before.problems()).isEmpty();
        assertThat(after.problems()).isEmpty();
    }

    /** Instances that an application would hardly announce, but that somebody else's might. */
    private static List<Instance> hostileInstances(Instance like) {
        var hostile = new ArrayList<Instance>();
        for (String name : List.of("", " ", "a b", "../a", "a\u0000", "\u001b[2J", "\ud800", "n".repeat(10_000))) {
            hostile.add(hostile(like, name, like.address(), like.since(), Map.of()));
        }
        int number = 0;
        for (String address : List.of(
                "",
                " ",
                "garbage",
                "tcp://127.0.0.1:9003:1",
                "tcp://1.2.3.4.5:1",
                "tcp://[::1",
                "\u0000",
                "a".repeat(10_000))) {
            hostile.add(hostile(like, "address-" + ++number, address, like.since(), Map.of()));
        }
        hostile.add(hostile(like, "long-ago", like.address(), Instant.MIN, Map.of()));
        hostile.add(hostile(like, "to-come", like.address(), Instant.MAX, Map.of()));
        hostile.add(hostile(like, "much", like.address(), like.since(), Map.of("much", "x".repeat(1_000_000))));
        hostile.add(hostile(like, "odd", like.address(), like.since(), Map.of("", "\u0000", "\ud800", "\udfff")));
        // The incarnation of one that lives.
        hostile.add(new Instance(
                like.service(),
                "copy",
                like.incarnation(),
                "tcp://127.0.0.1:9",
                "",
                like.channels(),
                Instant.parse("2099-01-01T00:00:00Z"),
                Map.of()));
        return hostile;
    }

    private static Instance hostile(
            Instance like, String name, String address, Instant since, Map<String, String> metadata) {
        return new Instance(like.service(), name, name.hashCode(), address, address, like.channels(), since, metadata);
    }

    /** An instance to announce, the same for the same names. */
    protected static Instance instance(String service, String name) {
        var channels = new TreeMap<ChannelName, Style>();
        channels.put(new ChannelName(service, "place"), Style.REQUEST);
        channels.put(new ChannelName(service, "events"), Style.PUBLISH);
        return new Instance(
                service,
                name,
                (service + name).hashCode() * 0x9E37_79B9_7F4A_7C15L,
                "tcp://127.0.0.1:7001",
                "tcp://127.0.0.1:7002",
                channels,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                Map.of("zone", "north"));
    }

    /** Waits until {@code seen} was last told exactly {@code expected}. */
    protected final void awaitSet(Seen seen, Instance... expected) {
        await(
                "the instances " + labels(List.of(expected)),
                () -> seen.count() > 0 && seen.latest().equals(Set.of(expected)));
    }

    private static List<String> labels(List<Instance> instances) {
        return instances.stream().map(Instance::label).toList();
    }

    private static boolean showsChannel(Seen seen, String channel) {
        return seen.latest().stream().anyMatch(instance -> instance.channels().containsKey(ChannelName.parse(channel)));
    }

    private static List<Set<Instance>> changesMissingOnceThere(Seen seen) {
        var without = new ArrayList<Set<Instance>>();
        boolean there = false;
        for (Set<Instance> snapshot : seen.all()) {
            boolean here =
                    snapshot.stream().anyMatch(instance -> instance.name().equals("changes"));
            if (there && !here) {
                without.add(snapshot);
            }
            there |= here;
        }
        return without;
    }

    /** A watcher that keeps all it is told. Thread-safe. */
    protected static final class Seen implements Membership.Watcher {

        private final List<Set<Instance>> snapshots = new CopyOnWriteArrayList<>();
        private final List<Exception> problems = new CopyOnWriteArrayList<>();

        /** Was told nothing yet. */
        public Seen() {}

        @Override
        public void onSnapshot(Collection<Instance> instances) {
            var set = new HashSet<>(instances);
            assertThat(set).as("a snapshot without duplicates").hasSameSizeAs(instances);
            snapshots.add(set);
        }

        @Override
        public void onError(Exception problem) {
            problems.add(problem);
        }

        public int count() {
            return snapshots.size();
        }

        /** The last snapshot; empty before the first. */
        public Set<Instance> latest() {
            return snapshots.isEmpty() ? Set.of() : snapshots.get(snapshots.size() - 1);
        }

        public List<Set<Instance>> all() {
            return snapshots;
        }

        public List<Exception> problems() {
            return problems;
        }
    }
}
