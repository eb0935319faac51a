package io.parley.loadbalance;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.channel.ChannelName;
import io.parley.testkit.FakeCandidate;
import io.parley.testkit.LoadBalancerContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RendezvousHashingTest extends LoadBalancerContract {

    private static final int KEYS = 20_000;

    @Override
    protected LoadBalancer balancer() {
        return LoadBalancer.consistentByKey();
    }

    private Map<String, String> placesOfKeys(List<FakeCandidate> candidates) {
        Picker picker = balancer().picker(candidates(candidates));
        var places = new HashMap<String, String>();
        for (int i = 0; i < KEYS; i++) {
            String key = "order-" + i;
            places.put(key, pick(picker, key, candidates));
        }
        return places;
    }

    private static Set<String> moved(Map<String, String> before, Map<String, String> after) {
        var moved = new HashSet<String>();
        before.forEach((key, place) -> {
            if (!place.equals(after.get(key))) {
                moved.add(key);
            }
        });
        return moved;
    }

    @Test
    void shouldSendAKeyToTheSameInstanceInWhateverOrderTheyAreListed() {
        List<FakeCandidate> listed = idle(10);
        var shuffled = new ArrayList<>(listed);
        Collections.shuffle(shuffled, new Random(1));
        assertThat(placesOfKeys(shuffled)).isEqualTo(placesOfKeys(listed));
    }

    @Test
    void shouldMoveOnlyTheKeysOfAnInstanceThatHasGone() {
        List<FakeCandidate> all = idle(10);
        Map<String, String> before = placesOfKeys(all);
        var fewer = new ArrayList<>(all);
        String gone = fewer.remove(3).instance().name();
        Map<String, String> after = placesOfKeys(fewer);
        Set<String> moved = moved(before, after);
        assertThat(moved)
                .hasSizeBetween(KEYS / 10 * 3 / 4, KEYS / 10 * 5 / 4)
                .allMatch(key -> gone.equals(before.get(key)));
        assertThat(moved.stream().map(after::get).distinct())
                .as("who takes them over")
                .hasSize(9);
    }

    @Test
    void shouldMoveOnlyTheKeysThatAnInstanceGainsThatHasCome() {
        List<FakeCandidate> all = idle(11);
        Map<String, String> before = placesOfKeys(all.subList(0, 10));
        Map<String, String> after = placesOfKeys(all);
        assertThat(moved(before, after))
                .hasSizeBetween(KEYS / 11 * 3 / 4, KEYS / 11 * 5 / 4)
                .allMatch(key -> "instance-10".equals(after.get(key)));
    }

    @Test
    void shouldMoveTheKeysOfAFullInstanceAndNoOthersUntilItHasRoom() {
        List<FakeCandidate> all = idle(5);
        Map<String, String> before = placesOfKeys(all);
        all.get(2).full(true);
        Map<String, String> meanwhile = placesOfKeys(all);
        assertThat(meanwhile.values()).doesNotContain("instance-2");
        assertThat(moved(before, meanwhile)).allMatch(key -> "instance-2".equals(before.get(key)));
        all.get(2).full(false);
        assertThat(placesOfKeys(all)).isEqualTo(before);
    }

    @Test
    void shouldPreferTheIdleOneForWhatHasNoKey() {
        List<FakeCandidate> two = idle(2);
        two.get(0).outstanding(1);
        Picker picker = balancer().picker(candidates(two));
        for (int i = 0; i < 100; i++) {
            assertThat(picker.pick(ChannelName.parse("service/channel"), null)).isEqualTo(1);
        }
    }
}
