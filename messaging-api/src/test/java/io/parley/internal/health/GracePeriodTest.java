package io.parley.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.discovery.Instance;
import io.parley.internal.runtime.TestCore;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GracePeriodTest {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Instance LOST = instance("lost", 1);
    private static final List<Instance> OTHERS = List.of(instance("other", 2));

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final AtomicInteger runs = new AtomicInteger();
    private final GracePeriod<String> grace = graceOf(GRACE);

    private GracePeriod<String> graceOf(Duration duration) {
        var core = TestCore.bound(environment, Limits.defaults().withGrace(duration));
        return new GracePeriod<>(core, runs::incrementAndGet);
    }

    private static Instance instance(String name, long incarnation) {
        return new Instance(
                "orders", name, incarnation, "inmem://" + name, "", new TreeMap<>(), Instant.EPOCH, Map.of());
    }

    @Test
    void coversAConnectionThatWorksUntilThePeriodIsOver() {
        assertThat(grace.covers("link", true, LOST, OTHERS)).isTrue();
        environment.runFor(GRACE.minusMillis(1));
        assertThat(grace.covers("link", true, LOST, OTHERS)).isTrue();
        assertThat(runs).hasValue(0);
        environment.runFor(Duration.ofMillis(1));
        assertThat(runs).hasValue(1);
        assertThat(grace.covers("link", true, LOST, OTHERS)).isFalse();
    }

    @Test
    void doesNotCoverAConnectionThatIsBroken() {
        assertThat(grace.covers("link", false, LOST, OTHERS)).isFalse();
    }

    @Test
    void doesNotCoverAnInstanceWithASuccessor() {
        assertThat(grace.covers("link", true, LOST, List.of(instance("lost", 3))))
                .isFalse();
    }

    @Test
    void coversForeverWhereTheRegistryHasLostAll() {
        for (int i = 0; i < 3; i++) {
            assertThat(grace.covers("link", true, LOST, List.of())).isTrue();
            environment.runFor(GRACE);
        }
    }

    @Test
    void periodBeginsAnewOnceTheInstanceWasListedAgain() {
        grace.covers("link", true, LOST, OTHERS);
        environment.runFor(GRACE.dividedBy(2));
        grace.forget("link");
        assertThat(grace.covers("link", true, LOST, OTHERS)).isTrue();
        environment.runFor(GRACE.dividedBy(2));
        assertThat(grace.covers("link", true, LOST, OTHERS)).isTrue();
    }

    @Test
    void coversNothingWhereThereIsNoGrace() {
        assertThat(graceOf(Duration.ZERO).covers("link", true, LOST, List.of())).isFalse();
    }
}
