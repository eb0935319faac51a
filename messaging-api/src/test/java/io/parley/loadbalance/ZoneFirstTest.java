package io.parley.loadbalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.channel.ChannelName;
import io.parley.environment.Environment;
import io.parley.testkit.FakeCandidate;
import io.parley.testkit.LoadBalancerContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** In a mesh with zones, for a peer in the north. */
class ZoneFirstTest {

    private static final ChannelName CHANNEL = ChannelName.parse("service/channel");
    private static final Map<String, String> NORTH = Map.of("zone", "north");
    private static final Map<String, String> SOUTH = Map.of("zone", "south");

    private final FakeCandidate north1 = FakeCandidate.named("north-1", NORTH);
    private final FakeCandidate north2 = FakeCandidate.named("north-2", NORTH);
    private final FakeCandidate south1 = FakeCandidate.named("south-1", SOUTH);
    private final FakeCandidate nowhere = FakeCandidate.named("nowhere", Map.of());
    private final List<Candidate> all = List.of(south1, north1, nowhere, north2);

    private static Candidates candidates(Map<String, String> own, List<Candidate> all) {
        return new Candidates(own, all, Environment.system().random());
    }

    /** How often each is picked for 1,200 messages. */
    private static int[] picks(LoadBalancer balancer, Map<String, String> own, List<Candidate> among) {
        Picker picker = balancer.picker(candidates(own, among));
        int[] picked = new int[among.size()];
        for (int i = 0; i < 1200; i++) {
            picked[picker.pick(CHANNEL, null)]++;
        }
        return picked;
    }

    @Test
    void shouldStayInItsOwnZoneAndShareThere() {
        assertThat(picks(LoadBalancer.zoneFirst(LoadBalancer.roundRobin()), NORTH, all))
                .containsExactly(0, 600, 0, 600);
    }

    @Test
    void shouldPassOverOneThatIsFullOrBusyWithinItsZone() {
        LoadBalancer balancer = LoadBalancer.zoneFirst(LoadBalancer.roundRobin(), 10);
        north1.full(true);
        assertThat(picks(balancer, NORTH, all)).containsExactly(0, 0, 0, 1200);
        north1.full(false).outstanding(10);
        assertThat(picks(balancer, NORTH, all)).containsExactly(0, 0, 0, 1200);
        north1.outstanding(9);
        assertThat(picks(balancer, NORTH, all)).containsExactly(0, 600, 0, 600);
    }

    @Test
    void shouldOverflowToTheOthersWhenItsZoneIsSaturated() {
        LoadBalancer balancer = LoadBalancer.zoneFirst(LoadBalancer.roundRobin(), 10);
        north1.full(true);
        north2.outstanding(10);
        assertThat(picks(balancer, NORTH, all)).containsExactly(600, 0, 600, 0);
        nowhere.full(true);
        assertThat(picks(balancer, NORTH, all)).containsExactly(1200, 0, 0, 0);
    }

    @Test
    void shouldComeBackWhenAllAreSaturated() {
        all.forEach(each -> ((FakeCandidate) each).outstanding(64));
        assertThat(picks(LoadBalancer.zoneFirst(LoadBalancer.roundRobin()), NORTH, all))
                .containsExactly(0, 600, 0, 600);
    }

    @Test
    void shouldUseTheOthersWhenNobodyIsInItsZone() {
        assertThat(picks(LoadBalancer.zoneFirst(LoadBalancer.roundRobin()), NORTH, List.of(south1, nowhere)))
                .containsExactly(600, 600);
    }

    @Test
    void shouldHaveNoPreferenceWithoutAZoneOfItsOwn() {
        assertThat(picks(LoadBalancer.zoneFirst(LoadBalancer.roundRobin()), Map.of(), all))
                .containsOnly(300);
    }

    @Test
    void shouldKeepAKeyAtItsInstanceWithinTheZone() {
        LoadBalancer balancer = LoadBalancer.zoneFirst(LoadBalancer.consistentByKey());
        Picker among = balancer.picker(candidates(NORTH, all));
        Picker zoneOnly = LoadBalancer.consistentByKey().picker(candidates(NORTH, List.of(north1, north2)));
        for (int i = 0; i < 1000; i++) {
            String key = "key-" + i;
            assertThat(all.get(among.pick(CHANNEL, key)))
                    .isEqualTo(List.of(north1, north2).get(zoneOnly.pick(CHANNEL, key)));
        }
    }

    @Test
    void shouldRefuseToAllowAnInstanceNothing() {
        assertThatThrownBy(() -> LoadBalancer.zoneFirst(LoadBalancer.roundRobin(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    /** All instances in the peer's zone, so that any may be picked. */
    @Nested
    class WithinOneZone extends LoadBalancerContract {

        @Override
        protected LoadBalancer balancer() {
            return LoadBalancer.zoneFirst(LoadBalancer.randomOfTwo());
        }

        @Override
        protected Map<String, String> own() {
            return NORTH;
        }

        @Override
        protected Map<String, String> metadata(int place, int size) {
            return NORTH;
        }
    }

    /** No zones at all. */
    @Nested
    class WithoutZones extends LoadBalancerContract {

        @Override
        protected LoadBalancer balancer() {
            return LoadBalancer.zoneFirst(LoadBalancer.consistentByKey());
        }
    }
}
