package io.parley.discovery.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.Discovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.testkit.DiscoveryContract;
import java.util.Map;
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
}
