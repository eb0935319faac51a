package io.parley.internal.runtime;

import io.parley.environment.Alarm;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.time.TimeSource;
import io.parley.time.Timers;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * The environment of one peer: it has one thread for all timers of the peer and of its ports, and its threads report to the peer what
 * they meet. Thread-safe.
 */
public final class PeerEnvironment implements Environment {

    private final Environment environment;
    private final Timers timers;
    private final Timers lent;

    PeerEnvironment(Environment environment, String instance, UncaughtExceptionHandler uncaught) {
        this.environment = environment.reportingTo(uncaught);
        timers = this.environment.openTimers("parley-timers-" + instance);
        lent = new Lent(timers);
    }

    /** The peer's own, which it closes. */
    Timers timers() {
        return timers;
    }

    @Override
    public TimeSource time() {
        return environment.time();
    }

    @Override
    public RandomGenerator random() {
        return environment.random();
    }

    @Override
    public Pool openPool(String name, int threads) {
        return environment.openPool(name, threads);
    }

    /** The peer's, which end with the peer. */
    @Override
    public Timers openTimers(String name) {
        return lent;
    }

    @Override
    public Alarm openAlarm(String name, Runnable task) {
        return environment.openAlarm(name, task);
    }

    @Override
    public Thread newThread(String name, Runnable loop) {
        return environment.newThread(name, loop);
    }

    /** The timers of another, which closes them. */
    private record Lent(Timers timers) implements Timers {

        @Override
        public long nanoTime() {
            return timers.nanoTime();
        }

        @Override
        public Instant wallClock() {
            return timers.wallClock();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return timers.schedule(delay, task);
        }

        @Override
        public Timer scheduleEvery(Duration period, Runnable task) {
            return timers.scheduleEvery(period, task);
        }

        @Override
        public void close() {}
    }
}
