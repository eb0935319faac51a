package io.parley.discovery.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.testkit.DiscoveryContract;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InMemoryDiscoveryTest extends DiscoveryContract {

    private final InMemoryDiscovery registry = InMemoryDiscovery.create();

    @Override
    protected Discovery discovery() {
        return registry;
    }

    @Override
    protected boolean breakRegistry() {
        registry.failWith(new DiscoveryException("Away for a test"));
        return true;
    }

    @Override
    protected void repairRegistry() {
        registry.recover();
    }

    @Test
    void shouldNotListServicesWhileItFails() {
        Membership membership = open();
        breakRegistry();
        assertThatThrownBy(membership::services).isInstanceOf(DiscoveryException.class);
    }

    @Test
    void shouldTellAWatchBegunDuringAFailureOfIt() {
        breakRegistry();
        var seen = new Seen();
        open().watch("orders", seen);
        await("an error", () -> seen.problems().size() == 1);
        assertThat(seen.count()).isZero();
        repairRegistry();
        await("a snapshot", () -> seen.count() == 1);
    }

    @Test
    void shouldShowTheNewerOfTwoThatClaimOneName() {
        var seen = new Seen();
        open().watch("orders", seen);
        Membership older = open();
        Membership newer = open();
        Instance first = instance("orders", "orders-1");
        Instance second = first.withChannels(Map.of());
        older.announce(first);
        newer.announce(second);
        awaitSet(seen, second);
        older.close();
        Instance other = instance("orders", "orders-2");
        open().announce(other);
        awaitSet(seen, second, other);
    }

    @Test
    void shouldNotAnnounceOrWatchOnceClosed() {
        Membership membership = open();
        membership.close();
        assertThatThrownBy(() -> membership.announce(instance("orders", "orders-1")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> membership.watch("orders", new Seen())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldCallAllWatchersInFewThreadsAndLeaveNoneBehind() {
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        var told = new AtomicInteger();
        var memberships = new ArrayList<Membership>();
        for (int i = 0; i < 50; i++) {
            Membership membership = open();
            memberships.add(membership);
            membership.watch("orders", new Membership.Watcher() {
                @Override
                public void onSnapshot(Collection<Instance> instances) {
                    threads.add(Thread.currentThread());
                    if (instances.size() == 1) {
                        told.incrementAndGet();
                    }
                }

                @Override
                public void onError(Exception problem) {}
            });
        }
        memberships.get(0).announce(instance("orders", "orders-1"));
        await("all watchers", () -> told.get() == memberships.size());
        assertThat(threads).hasSizeLessThan(5);
        memberships.forEach(Membership::close);
        await("the end of the threads", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void shouldGoOnCallingWatchersWhenItIsOpenedAnewAfterAllHaveLeft() {
        open().close();
        var seen = new Seen();
        open().watch("orders", seen);
        await("a snapshot", () -> seen.count() == 1);
    }

    @Test
    void shouldKeepItsPoolForTheOthersWhenOneMembershipIsClosedTwice() {
        Membership closing = open();
        Membership staying = open();
        closing.close();
        closing.close();
        var seen = new Seen();
        staying.watch("orders", seen);
        await("a snapshot", () -> seen.count() == 1);
    }
}
