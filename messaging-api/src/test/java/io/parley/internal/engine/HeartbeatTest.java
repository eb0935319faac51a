package io.parley.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final SimulatedEnvironment environment = SimulatedEnvironment.seeded(1);
    private final PeerContext core =
            TestCore.bound(environment, Limits.defaults().withHeartbeat(INTERVAL));
    private final List<Long> beats = new ArrayList<>();
    private final Heartbeat heartbeat = new Heartbeat(core, beats::add);

    @Test
    void workRunsOncePerInterval() {
        long begin = core.time.nanoTime();
        heartbeat.begin();
        environment.runFor(INTERVAL.minusNanos(1));
        assertThat(beats).isEmpty();
        environment.runFor(INTERVAL.multipliedBy(2).plusNanos(1));
        assertThat(beats)
                .containsExactly(
                        begin + INTERVAL.toNanos(), begin + 2 * INTERVAL.toNanos(), begin + 3 * INTERVAL.toNanos());
    }

    @Test
    void workEndsWithThePeer() {
        heartbeat.begin();
        environment.runFor(INTERVAL);
        core.finish();
        environment.runFor(INTERVAL.multipliedBy(3));
        assertThat(beats).hasSize(1);
    }

    @Test
    void beatOnTimeTellsThatNothingStoodStill() {
        heartbeat.begin();
        environment.runFor(INTERVAL.multipliedBy(5));
        long now = core.time.nanoTime();
        assertThat(core.countsFrom(now)).isEqualTo(now);
    }
}
