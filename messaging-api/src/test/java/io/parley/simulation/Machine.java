package io.parley.simulation;

import io.parley.environment.Alarm;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.time.TimeSource;
import io.parley.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The environment of one peer of a simulation, which can stand still while the others go on: its process, as after SIGSTOP, or its
 * machine, whose monotonic clock stands still as well. Confined to the simulation's thread.
 */
final class Machine implements Environment {

    private final Environment simulation;
    private final List<Runnable> held = new ArrayList<>();
    private final Timers time;
    private boolean stopped;
    private boolean asleep;
    private long asleepSince;
    private long sleptNanos;

    Machine(Environment simulation) {
        this.simulation = simulation;
        time = new OwnClock(simulation.openTimers("machine"));
    }

    /** Nothing runs from now on, and the clock goes on. */
    void stop() {
        stopped = true;
    }

    /** Nothing runs from now on, and the monotonic clock stands still. */
    void sleep() {
        stopped = true;
        asleep = true;
        asleepSince = simulation.time().nanoTime();
    }

    /** Ends either. All that would have run meanwhile runs now, in its order. */
    void goOn() {
        if (asleep) {
            sleptNanos += simulation.time().nanoTime() - asleepSince;
            asleep = false;
        }
        stopped = false;
        List<Runnable> all = List.copyOf(held);
        held.clear();
        all.forEach(Runnable::run);
    }

    private long nanoTime() {
        return (asleep ? asleepSince : simulation.time().nanoTime()) - sleptNanos;
    }

    private void run(Runnable task) {
        if (stopped) {
            held.add(task);
        } else {
            task.run();
        }
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public RandomGenerator random() {
        return simulation.random();
    }

    @Override
    public Pool openPool(String name, int threads) {
        Pool pool = simulation.openPool(name, threads);
        return new Pool() {
            @Override
            public void execute(Runnable task) {
                pool.execute(() -> run(task));
            }

            @Override
            public void close() {
                pool.close();
            }
        };
    }

    @Override
    public Timers openTimers(String name) {
        return new OwnClock(simulation.openTimers(name));
    }

    @Override
    public Alarm openAlarm(String name, Runnable task) {
        return simulation.openAlarm(name, task);
    }

    @Override
    public Thread newThread(String name, Runnable loop) {
        return simulation.newThread(name, loop);
    }

    private final class OwnClock implements Timers {

        private final Timers timers;

        OwnClock(Timers timers) {
            this.timers = timers;
        }

        @Override
        public long nanoTime() {
            return Machine.this.nanoTime();
        }

        @Override
        public Instant wallClock() {
            return timers.wallClock();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return timers.schedule(delay, () -> run(task));
        }

        /** A task that is held is not held again. */
        @Override
        public Timer scheduleEvery(Duration period, Runnable task) {
            return timers.scheduleEvery(period, () -> {
                if (!held.contains(task)) {
                    run(task);
                }
            });
        }

        @Override
        public void close() {
            timers.close();
        }
    }
}
