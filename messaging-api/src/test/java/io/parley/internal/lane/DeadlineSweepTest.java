package io.parley.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class DeadlineSweepTest {

    private final ByHand timers = new ByHand();
    private final List<Long> sweeps = new ArrayList<>();
    private boolean isAnythingLeft;
    private final DeadlineSweep deadlines = new DeadlineSweep(timers, Runnable::run, now -> {
        sweeps.add(now);
        return isAnythingLeft;
    });

    /** Runs what was scheduled when a test says so. */
    private static final class ByHand implements Timers {

        private final Queue<Runnable> scheduled = new ArrayDeque<>();
        private long now;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Instant wallClock() {
            return Instant.EPOCH;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            scheduled.add(task);
            return () -> {};
        }

        @Override
        public Timer scheduleEvery(Duration period, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}

        void runOne() {
            scheduled.remove().run();
        }
    }

    @Test
    void isScheduledOnceHoweverOftenItIsArmed() {
        deadlines.arm();
        deadlines.arm();
        assertThat(timers.scheduled).hasSize(1);
        assertThat(sweeps).isEmpty();
    }

    @Test
    void repeatsWhileAnythingIsLeftAndThenRests() {
        isAnythingLeft = true;
        deadlines.arm();
        timers.now = 7;
        timers.runOne();
        assertThat(timers.scheduled).hasSize(1);
        isAnythingLeft = false;
        timers.now = 8;
        timers.runOne();
        assertThat(timers.scheduled).isEmpty();
        assertThat(sweeps).containsExactly(7L, 8L);
    }

    @Test
    void canBeArmedAgainAfterItHasRested() {
        deadlines.arm();
        timers.runOne();
        deadlines.arm();
        assertThat(timers.scheduled).hasSize(1);
    }

    @Test
    void beatSweepsAtOnceAndRevivesASweepThatWasLost() {
        deadlines.arm();
        timers.scheduled.clear();
        isAnythingLeft = true;
        deadlines.onBeat();
        assertThat(sweeps).hasSize(1);
        assertThat(timers.scheduled).hasSize(1);
    }
}
