package io.parley.discovery.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What of the contract of discoveries can be asked of one that announces nothing. In virtual time. */
class FixedDiscoveryTest {

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final FixedDiscovery discovery = FixedDiscovery.builder()
            .instance("orders", "tcp://10.0.0.7:7001")
            .instance("orders", "tcp://10.0.0.8:7001")
            .instance("orders", "tcp://10.0.0.7:7001")
            .everyService("tcp://router:7000")
            .build();
    private final Membership membership = discovery.open(environment);
    private final List<Collection<Instance>> snapshots = new ArrayList<>();

    private final Membership.Watcher watcher = new Membership.Watcher() {
        @Override
        public void onSnapshot(Collection<Instance> instances) {
            snapshots.add(instances);
        }

        @Override
        public void onError(Exception problem) {
            throw new AssertionError(problem);
        }
    };

    private void settle() {
        environment.runFor(Duration.ofSeconds(1));
    }

    @Test
    void shouldTellAddressesAndNothingElse() {
        membership.watch("orders", watcher);
        assertThat(snapshots).isEmpty();
        settle();
        assertThat(snapshots)
                .containsExactly(List.of(known("orders", "10.0.0.7:7001"), known("orders", "10.0.0.8:7001")));
    }

    private static Instance known(String service, String place) {
        return new Instance(service, place, 0, "tcp://" + place, "", new TreeMap<>(), Instant.EPOCH, Map.of());
    }

    @Test
    void shouldFallBackOnTheAddressForEveryServiceOrOnNobody() {
        membership.watch("billing", watcher);
        FixedDiscovery.builder().build().open(environment).watch("billing", watcher);
        settle();
        assertThat(snapshots).containsExactly(List.of(known("billing", "router:7000")), List.of());
    }

    @Test
    void shouldTellNobodyWhatIsAnnounced() {
        Instance announced = known("orders", "10.0.0.9:7001");
        membership.announce(announced);
        membership.watch("orders", watcher);
        settle();
        assertThat(snapshots).singleElement().satisfies(snapshot -> assertThat(snapshot)
                .doesNotContain(announced));
        membership.withdraw();
    }

    @Test
    void shouldListTheServicesThatWereNamed() {
        assertThat(membership.services()).containsExactly("orders");
    }

    @Test
    void shouldNotCallAWatcherWhoseWatchOrMembershipIsClosed() {
        membership.watch("orders", watcher).close();
        Membership closing = discovery.open(environment);
        closing.watch("orders", watcher);
        closing.close();
        closing.close();
        settle();
        assertThat(snapshots).isEmpty();
        assertThatThrownBy(() -> closing.watch("orders", watcher)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closing.announce(known("orders", "10.0.0.9:7001")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldSurviveAWatcherThatThrows() {
        Membership real = discovery.open(Environment.system());
        var seen = new CountDownLatch(1);
        real.watch("orders", new Membership.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                throw new IllegalStateException("This watcher always throws");
            }

            @Override
            public void onError(Exception problem) {}
        });
        real.watch("orders", new Membership.Watcher() {
            @Override
            public void onSnapshot(Collection<Instance> instances) {
                seen.countDown();
            }

            @Override
            public void onError(Exception problem) {}
        });
        Await.until(() -> "the other watcher to be told", Duration.ofSeconds(10), () -> seen.getCount() == 0);
        real.close();
    }

    @Test
    void shouldNameAnAddressThatIsNone() {
        for (String wrong : List.of("", "10.0.0.7:7001", "tcp://", "tcp://a b")) {
            assertThatThrownBy(() -> FixedDiscovery.builder().everyService(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining('"' + wrong + '"');
        }
        assertThatThrownBy(() -> FixedDiscovery.builder().instance("No Name", "tcp://a:1"))
                .hasMessageContaining("No Name");
    }
}
