package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract of every {@link ServiceResolver}, also of a read-only discovery's. {@link ServiceRegistryContract} adds changes. */
public abstract class ServiceResolverContract extends DiscoverySetup {

    /** For the plug-in's test to call. */
    protected ServiceResolverContract() {}

    /** Makes at least one instance of {@code service}, which is "orders" or "billing", known and returns all that are known. */
    protected abstract Set<Instance> provide(String service);

    @Test
    void watchIsFollowedByASnapshotEvenIfItIsEmpty() {
        Seen seen = watch("nobody");
        await("a first snapshot", () -> seen.count() == 1);
        assertThat(seen.latest()).isEmpty();
        assertThat(seen.problems()).isEmpty();
    }

    @Test
    void watchShowsTheInstancesThatAreKnown() {
        Set<Instance> orders = provide("orders");
        awaitSet(watch("orders"), orders);
    }

    @Test
    void watchShowsInstancesOfItsServiceOnly() {
        Set<Instance> orders = provide("orders");
        Set<Instance> billing = provide("billing");
        ServiceResolver resolver = openResolver();
        var ordersSeen = new Seen();
        var billingSeen = new Seen();
        var orderSeen = new Seen();
        resolver.watch("orders", ordersSeen);
        resolver.watch("billing", billingSeen);
        resolver.watch("order", orderSeen);
        awaitSet(ordersSeen, orders);
        awaitSet(billingSeen, billing);
        awaitSet(orderSeen);
        assertThat(orderSeen.all()).allSatisfy(snapshot -> assertThat(snapshot).isEmpty());
    }

    @Test
    void everyWatchOfAServiceHasSnapshotsOfItsOwn() {
        Set<Instance> orders = provide("orders");
        ServiceResolver resolver = openResolver();
        var first = new Seen();
        var second = new Seen();
        resolver.watch("orders", first);
        resolver.watch("orders", second);
        awaitSet(first, orders);
        awaitSet(second, orders);
    }

    @Test
    void watchEndsTwiceWithoutHarm() {
        Set<Instance> orders = provide("orders");
        ServiceResolver resolver = openResolver();
        ServiceResolver.Watch watch = resolver.watch("orders", new Seen());
        watch.close();
        watch.close();
        var seen = new Seen();
        resolver.watch("orders", seen);
        awaitSet(seen, orders);
    }

    @Test
    void closedResolverRefusesWatchesAndClosesTwiceWithoutHarm() {
        ServiceResolver resolver = openResolver();
        ServiceResolver.Watch watch = resolver.watch("orders", new Seen());
        resolver.close();
        assertThatCode(resolver::close).doesNotThrowAnyException();
        assertThatCode(watch::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> resolver.watch("orders", new Seen())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nameThatIsNoServiceNameIsRefused() {
        ServiceResolver resolver = openResolver();
        assertThatThrownBy(() -> resolver.watch("No Name", new Seen())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void watcherMayCloseItsOwnResolver() {
        ServiceResolver resolver = openResolver();
        var calls = new AtomicInteger();
        resolver.watch("orders", onSnapshot(() -> {
            calls.incrementAndGet();
            resolver.close();
        }));
        await("a first snapshot", () -> calls.get() == 1);
    }

    @Test
    void noLockIsHeldWhileAWatcherIsCalled() throws InterruptedException {
        if (environment() instanceof SimulatedEnvironment) {
            return; // One thread cannot get in its own way.
        }
        provide("orders");
        ServiceResolver resolver = openResolver();
        var isCalled = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        resolver.watch("orders", onSnapshot(() -> {
            isCalled.countDown();
            awaitUninterrupted(leave);
        }));
        assertThat(isCalled.await(limit().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        try {
            resolver.watch("billing", new Seen()).close();
            await("the service", () -> resolver.services().contains("orders"));
            resolver.close();
        } finally {
            leave.countDown();
        }
    }

    @Test
    void watcherThatThrowsHarmsNoOther() {
        Set<Instance> orders = provide("orders");
        ServiceResolver resolver = openResolver();
        var calls = new AtomicInteger();
        resolver.watch("orders", onSnapshot(() -> {
            calls.incrementAndGet();
            throw new IllegalStateException("This watcher always throws");
        }));
        var seen = new Seen();
        resolver.watch("orders", seen);
        awaitSet(seen, orders);
        await("a call of the one that throws", () -> calls.get() >= 1);
    }

    @Test
    void servicesAreListedInAlphabeticalOrder() {
        provide("orders");
        provide("billing");
        ServiceResolver resolver = openResolver();
        await("both services", () -> List.copyOf(resolver.services()).equals(List.of("billing", "orders")));
    }

    /** Returns a watcher that runs {@code call} for every snapshot. */
    static ServiceResolver.Watcher onSnapshot(Runnable call) {
        return new ServiceResolver.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                call.run();
            }

            @Override
            public void onError(Exception problem) {}
        };
    }

    static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
