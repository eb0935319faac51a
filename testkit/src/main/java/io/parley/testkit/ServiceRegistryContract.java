package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link ServiceRegistry}: what resolvers of the same discovery see of the announcements. Includes the resolver's
 * contract.
 */
public abstract class ServiceRegistryContract extends ServiceResolverContract {

    /** For the plug-in's test to call. */
    protected ServiceRegistryContract() {}

    @Override
    protected final Set<Instance> provide(String service) {
        Instance instance = instance(service, service + "-1");
        announce(instance);
        return Set.of(instance);
    }

    @Test
    void earlierWatchSeesAnAnnouncement() {
        Seen seen = watch("orders");
        Instance orders = instance("orders", "orders-1");
        announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void laterWatchSeesAnAnnouncement() {
        Instance orders = instance("orders", "orders-1");
        announce(orders);
        Seen seen = watch("orders");
        awaitSet(seen, orders);
    }

    @Test
    void announcementCarriesAllDataOfAnInstance() {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        channels.put(ChannelName.parse("orders/place"), InteractionStyle.REQUEST);
        channels.put(ChannelName.parse("orders/ship.v2"), InteractionStyle.ONE_WAY);
        channels.put(ChannelName.parse("orders/events/all"), InteractionStyle.PUBLISH);
        channels.put(ChannelName.parse("orders/quotes"), InteractionStyle.SURVEY);
        var orders = new Instance(
                "orders",
                "orders-3f9A_x.y",
                0x8000_0000_0000_0001L,
                "tcp://10.0.0.1:7001",
                "tcp://10.0.0.1:7002",
                channels,
                Instant.parse("2026-02-03T04:05:06.789Z"),
                Map.of("zone", "north", "quote\"", "line\nbreak, ü and 🚲"));
        Seen seen = watch("orders");
        announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void announcementNeedsLittleMoreThanAnAddress() {
        var orders = new Instance(
                "orders", "orders-1", 0, "tcp://127.0.0.1:7001", "", new TreeMap<>(), Instant.EPOCH, Map.of());
        Seen seen = watch("orders");
        announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void announcementReplacesThePreviousOne() {
        Seen seen = watch("orders");
        ServiceRegistry announcing = openRegistry();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        Instance more = orders.withChannels(Map.of(ChannelName.parse("orders/cancel"), InteractionStyle.REQUEST));
        announcing.announce(more);
        awaitSet(seen, more);
    }

    @Test
    void instanceWhosePeerAnswersTheLivenessProbeIsSeen() {
        Seen seen = watch("orders");
        ServiceRegistry announcing = openRegistry();
        announcing.livenessProbe(Runnable::run);
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void withdrawnInstanceIsGone() {
        Seen seen = watch("orders");
        ServiceRegistry announcing = openRegistry();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        announcing.withdraw();
        awaitSet(seen);
    }

    @Test
    void withdrawnInstanceMayBeAnnouncedAgain() {
        Seen seen = watch("orders");
        ServiceRegistry announcing = openRegistry();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        announcing.withdraw();
        awaitSet(seen);
        announcing.announce(orders);
        awaitSet(seen, orders);
    }

    @Test
    void instanceOfAClosedRegistryIsGone() {
        Seen seen = watch("orders");
        ServiceRegistry announcing = openRegistry();
        Instance orders = instance("orders", "orders-1");
        announcing.announce(orders);
        awaitSet(seen, orders);
        announcing.close();
        awaitSet(seen);
    }

    @Test
    void withdrawalOfNothingIsIgnored() {
        ServiceRegistry registry = openRegistry();
        assertThatCode(registry::withdraw).doesNotThrowAnyException();
        registry.announce(instance("orders", "orders-1"));
        registry.withdraw();
        assertThatCode(registry::withdraw).doesNotThrowAnyException();
    }

    @Test
    void allInstancesOfAServiceAreSeen() {
        Seen seen = watch("orders");
        var all = new ArrayList<Instance>();
        for (int i = 0; i < 5; i++) {
            Instance instance = instance("orders", "orders-" + i);
            announce(instance);
            all.add(instance);
        }
        awaitSet(seen, all.toArray(Instance[]::new));
    }

    @Test
    void noSnapshotIsMissingAnInstanceThatStays() {
        Instance stays = instance("orders", "stays");
        announce(stays);
        Seen arrived = watch("orders");
        awaitSet(arrived, stays);
        Seen seen = watch("orders");
        awaitSet(seen, stays);
        ServiceRegistry changing = openRegistry();
        for (int i = 0; i < 30; i++) {
            changing.announce(instance("orders", "changes")
                    .withChannels(Map.of(ChannelName.parse("orders/channel-" + i), InteractionStyle.REQUEST)));
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
    void snapshotIsNotRepeatedIfNothingChanged() {
        var seen = new Seen();
        var otherSeen = new Seen();
        ServiceResolver watching = openResolver();
        watching.watch("orders", seen);
        watching.watch("billing", otherSeen);
        Instance orders = instance("orders", "orders-1");
        ServiceRegistry announcing = openRegistry();
        announcing.announce(orders);
        awaitSet(seen, orders);
        int count = seen.count();
        announcing.announce(orders);
        var billing = new ArrayList<Instance>();
        for (int i = 0; i < 3; i++) {
            billing.add(instance("billing", "billing-" + i));
            announce(billing.get(i));
            awaitSet(otherSeen, billing.toArray(Instance[]::new));
        }
        assertThat(seen.count()).isEqualTo(count);
    }

    @Test
    void watcherOfAClosedWatchIsNotCalled() {
        var closedSeen = new Seen();
        var openSeen = new Seen();
        ServiceResolver watching = openResolver();
        ServiceResolver.Watch watch = watching.watch("orders", closedSeen);
        watching.watch("orders", openSeen);
        await("the first snapshots", () -> closedSeen.count() == 1 && openSeen.count() == 1);
        watch.close();
        watch.close();
        Instance orders = instance("orders", "orders-1");
        announce(orders);
        awaitSet(openSeen, orders);
        // By the time the next change is seen, the one before would have come through to the closed watch too.
        Instance next = instance("orders", "orders-2");
        announce(next);
        awaitSet(openSeen, orders, next);
        assertThat(closedSeen.count()).isEqualTo(1);
    }

    @Test
    void watchersOfAClosedResolverAreNotCalled() {
        var closedSeen = new Seen();
        var openSeen = new Seen();
        ServiceResolver closing = openResolver();
        closing.watch("orders", closedSeen);
        openResolver().watch("orders", openSeen);
        await("the first snapshots", () -> closedSeen.count() == 1 && openSeen.count() == 1);
        closing.close();
        Instance orders = instance("orders", "orders-1");
        announce(orders);
        awaitSet(openSeen, orders);
        // By the time the next change is seen, the one before would have come through to the closed watch too.
        Instance next = instance("orders", "orders-2");
        announce(next);
        awaitSet(openSeen, orders, next);
        assertThat(closedSeen.count()).isEqualTo(1);
    }

    @Test
    void callsOfOneWatchDoNotOverlap() {
        var overlapped = new AtomicBoolean();
        var inside = new AtomicInteger();
        var latest = new Seen();
        openResolver().watch("orders", new ServiceResolver.Watcher() {
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
            announce(instance);
            all.add(instance);
        }
        awaitSet(latest, all.toArray(Instance[]::new));
        assertThat(overlapped).isFalse();
    }

    @Test
    void watcherThatThrowsIsCalledAgain() {
        ServiceResolver watching = openResolver();
        var calls = new AtomicInteger();
        watching.watch("orders", onSnapshot(() -> {
            calls.incrementAndGet();
            throw new IllegalStateException("This watcher always throws");
        }));
        var seen = new Seen();
        watching.watch("orders", seen);
        await("both first snapshots", () -> calls.get() == 1 && seen.count() == 1);
        Instance orders = instance("orders", "orders-1");
        announce(orders);
        awaitSet(seen, orders);
        await("a second call in spite of the throw", () -> calls.get() >= 2);
    }

    @Test
    void serviceWithoutInstancesIsNotListed() {
        ServiceRegistry announcing = openRegistry();
        announcing.announce(instance("orders", "orders-1"));
        ServiceResolver onlooker = openResolver();
        await("the service", () -> onlooker.services().contains("orders"));
        announcing.close();
        await("no service", () -> onlooker.services().isEmpty());
    }

    @Test
    void registryClosesTwiceWithoutHarm() {
        ServiceRegistry registry = openRegistry();
        registry.announce(instance("orders", "orders-1"));
        registry.close();
        assertThatCode(registry::close).doesNotThrowAnyException();
        assertThatCode(registry::withdraw).doesNotThrowAnyException();
    }

    @Test
    void closedRegistryRefusesAnnouncements() {
        ServiceRegistry registry = openRegistry();
        registry.close();
        assertThatThrownBy(() -> registry.announce(instance("orders", "orders-1")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void instanceIsSeenThatIsAnnouncedOnItsBehalf() {
        Seen seen = watch("orders");
        ServiceRegistry announcing = openRegistry();
        Instance orders = instance("orders", "orders-1");
        announcing.announceOnBehalfOf(orders, "router-1");
        awaitSet(seen, orders);
        announcing.withdraw();
        awaitSet(seen);
    }

    @Test
    void instanceThatCanBeHeldIsNotAnnouncedByTheCheck() {
        Seen seen = watch("orders");
        openRegistry().requireHoldable(instance("orders", "orders-1"));
        Instance other = instance("orders", "orders-2");
        announce(other);
        awaitSet(seen, other);
        assertThat(seen.all()).allSatisfy(snapshot -> assertThat(snapshot).isSubsetOf(Set.of(other)));
    }

    @Test
    void registryDoesNotWaitForAWatcher() throws InterruptedException {
        if (environment() instanceof SimulatedEnvironment) {
            return; // One thread cannot get in its own way.
        }
        ServiceResolver resolver = openResolver();
        var isCalled = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        resolver.watch("orders", onSnapshot(() -> {
            isCalled.countDown();
            awaitUninterrupted(leave);
        }));
        assertThat(isCalled.await(limit().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        try {
            ServiceRegistry registry = openRegistry();
            registry.announce(instance("orders", "orders-1"));
            registry.withdraw();
            registry.close();
        } finally {
            leave.countDown();
        }
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
}
