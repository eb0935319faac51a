package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    private final ManualTime time = new ManualTime();
    private final ArrayList<String> ran = new ArrayList<>();

    @Test
    void shouldStandStillUntilItIsTurned() {
        long before = time.nanoTime();
        assertThat(time.nanoTime()).isEqualTo(before);
        time.advance(Duration.ofSeconds(3));
        assertThat(time.nanoTime() - before).isEqualTo(3_000_000_000L);
        assertThat(time.wallClock()).isEqualTo(Instant.parse("2026-01-01T00:00:03Z"));
    }

    @Test
    void shouldRunTimersInTheOrderTheyFallDue() {
        time.schedule(Duration.ofMillis(20), () -> ran.add("late at " + time.nanoTime()));
        time.schedule(Duration.ofMillis(10), () -> ran.add("early at " + time.nanoTime()));
        time.schedule(Duration.ofMillis(10), () -> ran.add("early too"));
        time.schedule(Duration.ofMillis(31), () -> ran.add("never"));
        time.advance(Duration.ofMillis(30));
        assertThat(ran).containsExactly("early at 10000000", "early too", "late at 20000000");
        assertThat(time.pendingTimers()).isEqualTo(1);
    }

    @Test
    void shouldRunTimersThatTimersSet() {
        time.schedule(
                Duration.ofMillis(10),
                () -> time.schedule(Duration.ofMillis(10), () -> ran.add("second at " + time.nanoTime())));
        time.advance(Duration.ofMillis(20));
        assertThat(ran).containsExactly("second at 20000000");
    }

    @Test
    void shouldNotRunACancelledTimer() {
        Timers.Timer timer = time.schedule(Duration.ZERO, () -> ran.add("cancelled"));
        timer.cancel();
        time.advance(Duration.ofDays(1));
        assertThat(ran).isEmpty();
    }

    @Test
    void shouldJumpTheWallClockOnly() {
        time.schedule(Duration.ofMinutes(1), () -> ran.add("timer"));
        time.jumpWallClock(Duration.ofHours(-1));
        assertThat(time.wallClock()).isEqualTo(Instant.parse("2025-12-31T23:00:00Z"));
        assertThat(time.nanoTime()).isZero();
        time.advance(Duration.ZERO);
        assertThat(ran).isEmpty();
    }
}
