package io.parley.discovery.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.discovery.ServiceResolver;
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
        ServiceResolver resolver = openResolver();
        breakRegistry();
        assertThatThrownBy(resolver::services).isInstanceOf(DiscoveryException.class);
    }

    @Test
    void shouldTellAWatchBegunDuringAFailureOfIt() {
        breakRegistry();
        Seen seen = watch("orders");
        await("an error", () -> seen.problems().size() == 1);
        assertThat(seen.count()).isZero();
        repairRegistry();
        await("a snapshot", () -> seen.count() == 1);
    }

    @Test
    void shouldShowTheNewerOfTwoThatClaimOneName() {
        Seen seen = watch("orders");
        ServiceRegistry older = openRegistry();
        ServiceRegistry newer = openRegistry();
        Instance first = instance("orders", "orders-1");
        Instance second = first.withChannels(Map.of());
        older.announce(first);
        newer.announce(second);
        awaitSet(seen, second);
        older.close();
        Instance other = instance("orders", "orders-2");
        announce(other);
        awaitSet(seen, second, other);
    }

    @Test
    void shouldCallAllWatchersInFewThreadsAndLeaveNoneBehind() {
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        var told = new AtomicInteger();
        var resolvers = new ArrayList<ServiceResolver>();
        for (int i = 0; i < 50; i++) {
            ServiceResolver resolver = openResolver();
            resolvers.add(resolver);
            resolver.watch("orders", new ServiceResolver.Watcher() {
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
        announce(instance("orders", "orders-1"));
        await("all watchers", () -> told.get() == resolvers.size());
        assertThat(threads).hasSizeLessThan(5);
        resolvers.forEach(ServiceResolver::close);
        await("the end of the threads", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void shouldGoOnCallingWatchersWhenItIsOpenedAnewAfterAllHaveLeft() {
        openResolver().close();
        Seen seen = watch("orders");
        await("a snapshot", () -> seen.count() == 1);
    }

    @Test
    void shouldKeepItsPoolForTheOthersWhenOneResolverIsClosedTwice() {
        ServiceResolver closing = openResolver();
        ServiceResolver staying = openResolver();
        closing.close();
        closing.close();
        var seen = new Seen();
        staying.watch("orders", seen);
        await("a snapshot", () -> seen.count() == 1);
    }
}
