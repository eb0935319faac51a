package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.parley.channel.ChannelName;
import io.parley.environment.Environment;
import io.parley.loadbalance.Candidate;
import io.parley.loadbalance.Candidates;
import io.parley.loadbalance.LoadBalancer;
import io.parley.loadbalance.Picker;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link LoadBalancer} must hold to. A plug-in's test extends this class and supplies the balancer; each test method then
 * runs against the plug-in.
 */
public abstract class LoadBalancerContract {

    private static final ChannelName CHANNEL = ChannelName.parse("service/channel");
    private static final int MANY = 20_000;

    /** For the plug-in's test to call. */
    protected LoadBalancerContract() {}

    protected abstract LoadBalancer balancer();

    /** The metadata of the peer that sends. */
    protected Map<String, String> own() {
        return Map.of();
    }

    /** That of the instance at one of {@code size} places. */
    protected Map<String, String> metadata(int place, int size) {
        return Map.of();
    }

    /** Those that are idle and have room, from which any may be picked. */
    protected final List<FakeCandidate> idle(int size) {
        return IntStream.range(0, size)
                .mapToObj(place -> FakeCandidate.named("instance-" + place, metadata(place, size)))
                .toList();
    }

    /** What a picker of the balancer under test chooses from. */
    protected final Candidates candidates(List<? extends Candidate> all) {
        return new Candidates(own(), List.copyOf(all), Environment.system().random());
    }

    /** How often each of {@code candidates} is picked for as many messages, each with a key of its own. */
    protected final List<Integer> picks(List<? extends Candidate> candidates, int messages) {
        Picker picker = balancer().picker(candidates(candidates));
        int[] picked = new int[candidates.size()];
        for (int i = 0; i < messages; i++) {
            picked[picker.pick(CHANNEL, "key-" + i)]++;
        }
        return IntStream.of(picked).boxed().toList();
    }

    /** The name of the instance that gets the message with this key. */
    protected static String pick(Picker picker, String key, List<? extends Candidate> candidates) {
        return candidates.get(picker.pick(CHANNEL, key)).instance().name();
    }

    @Test
    void shouldPickOneThatIsThereWhateverTheKey() {
        for (int size = 1; size <= 17; size++) {
            Picker picker = balancer().picker(candidates(idle(size)));
            for (@Nullable
            String key : new @Nullable String[] {null, "", "a", "key", "🚲 und noch viel mehr", "x".repeat(255)}) {
                for (int i = 0; i < 100; i++) {
                    assertThat(picker.pick(CHANNEL, key)).isBetween(0, size - 1);
                }
            }
        }
    }

    @Test
    void shouldPickOneThatIsThereThoughAllAreFullOrBusy() {
        List<FakeCandidate> all = idle(5);
        Picker picker = balancer().picker(candidates(all));
        all.forEach(each -> each.outstanding(Integer.MAX_VALUE));
        assertThat(picker.pick(CHANNEL, "key")).isBetween(0, 4);
        all.forEach(each -> each.full(true));
        assertThat(picker.pick(CHANNEL, "key")).isBetween(0, 4);
        assertThat(picker.pick(CHANNEL, null)).isBetween(0, 4);
    }

    @Test
    void shouldSpreadWhatHasDifferentKeysOverAllThatAreIdle() {
        for (int size : new int[] {2, 3, 10}) {
            int fair = MANY / size;
            assertThat(picks(idle(size), MANY))
                    .allSatisfy(picked -> assertThat(picked).isBetween(fair * 3 / 4, fair * 5 / 4));
        }
    }

    @Test
    void shouldSpreadWhatHasNoKeyOverAllThatAreIdle() {
        Picker picker = balancer().picker(candidates(idle(7)));
        int[] picked = new int[7];
        for (int i = 0; i < MANY; i++) {
            picked[picker.pick(CHANNEL, null)]++;
        }
        assertThat(IntStream.of(picked).boxed())
                .allSatisfy(each -> assertThat(each).isBetween(MANY / 7 * 3 / 4, MANY / 7 * 5 / 4));
    }

    @Test
    void shouldServeAnOldSetWhileANewOneIsThere() {
        LoadBalancer balancer = balancer();
        Picker old = balancer.picker(candidates(idle(8)));
        Picker fresh = balancer.picker(candidates(idle(2)));
        Set<Integer> picked = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            picked.add(old.pick(CHANNEL, "key-" + i));
            assertThat(fresh.pick(CHANNEL, "key-" + i)).isBetween(0, 1);
        }
        assertThat(picked).hasSize(8);
    }

    @Test
    void shouldServeManyThreadsAtATime() throws InterruptedException, ExecutionException {
        Picker picker = balancer().picker(candidates(idle(5)));
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                work.add(() -> (int) IntStream.range(0, MANY)
                        .map(i -> picker.pick(CHANNEL, "key-" + i))
                        .filter(place -> place >= 0 && place < 5)
                        .count());
            }
            for (Future<Integer> valid : pool.invokeAll(work)) {
                assertThat(valid.get()).isEqualTo(MANY);
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void shouldMakeNoGarbageForAMessage() {
        Picker picker = balancer().picker(candidates(idle(5)));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int sum = pickMany(picker);
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += pickMany(picker);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isPositive();
        assertThat(allocated).as("bytes for " + 2 * MANY + " messages").isLessThan(MANY);
    }

    private static int pickMany(Picker picker) {
        int sum = 0;
        for (int i = 0; i < MANY; i++) {
            sum += picker.pick(CHANNEL, "key") + picker.pick(CHANNEL, null);
        }
        return sum + 1;
    }
}
