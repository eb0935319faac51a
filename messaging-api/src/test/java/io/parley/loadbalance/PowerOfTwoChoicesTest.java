package io.parley.loadbalance;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.FakeCandidate;
import io.parley.testkit.LoadBalancerContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class PowerOfTwoChoicesTest extends LoadBalancerContract {

    @Override
    protected LoadBalancer balancer() {
        return LoadBalancer.randomOfTwo();
    }

    @Test
    void shouldAlwaysPreferTheIdleOneOfTwo() {
        List<FakeCandidate> two = idle(2);
        two.get(0).outstanding(1);
        assertThat(picks(two, 1000)).containsExactly(0, 1000);
    }

    @Test
    void shouldReadWhatIsOutstandingAnewForEachMessage() {
        List<FakeCandidate> two = idle(2);
        Picker picker = balancer().picker(candidates(two));
        two.get(0).outstanding(3);
        assertThat(pick(picker, "key", two)).isEqualTo("instance-1");
        two.get(1).outstanding(4);
        assertThat(pick(picker, "key", two)).isEqualTo("instance-0");
    }

    @Test
    void shouldNeverPickTheBusiestOfMany() {
        List<FakeCandidate> ten = idle(10);
        for (int i = 0; i < 10; i++) {
            ten.get(i).outstanding(i);
        }
        List<Integer> picked = picks(ten, 9000);
        // The one at place i is picked if the other of the two is one of the 9 - i busier ones.
        for (int i = 0; i < 10; i++) {
            assertThat(picked.get(i)).as("place " + i).isBetween(200 * (9 - i) * 3 / 4, 200 * (9 - i) * 5 / 4);
        }
    }

    @Test
    void shouldPreferOneWithRoomHoweverBusy() {
        List<FakeCandidate> two = idle(2);
        two.get(0).full(true);
        two.get(1).outstanding(1000);
        assertThat(picks(two, 1000)).containsExactly(0, 1000);
    }
}
