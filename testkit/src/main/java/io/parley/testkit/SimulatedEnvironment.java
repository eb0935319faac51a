package io.parley.testkit;

import io.parley.environment.Alarm;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.time.Durations;
import io.parley.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A world in one thread. Pools and timers only note down what is to be done; {@link #run}, {@link #runFor} and
 * {@link #runUntil} do it on the calling thread, in virtual time that passes only when nothing is left to do at an instant. Where
 * several pools and timers have something to do at the same instant, the seed decides which goes first; within a pool of one
 * thread the order is kept, and a pool of <i>n</i> threads may begin any of its first <i>n</i> tasks. The same seed gives the same run.
 *
 * <p>What a task throws, the run throws.
 *
 * <p>Confined to the thread that made it.
 */
public final class SimulatedEnvironment implements Environment {

    private static final int STEPS_AT_ONE_INSTANT = 1_000_000;

    private final Thread owner = Thread.currentThread();
    private final long seed;
    private final ManualTime clock = new ManualTime();
    private final Timers time = new ConfinedTime();
    private final SplittableRandom order;
    private final RandomGenerator random;
    private final List<Lane> lanes = new ArrayList<>();

    private SimulatedEnvironment(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.order = new SplittableRandom(~seed);
    }

    public static SimulatedEnvironment seeded(long seed) {
        return new SimulatedEnvironment(seed);
    }

    @Override
    public Timers time() {
        return time;
    }

    /** The clock behind {@link #time()}, to set its wall clock. Only the run may advance it. */
    public ManualTime clock() {
        return clock;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Pool openPool(String name, int threads) {
        requireOwner();
        var lane = new Lane(name, threads);
        lanes.add(lane);
        return lane;
    }

    /** Timers of the simulation's own clock. Closing them keeps what they have scheduled from running. */
    @Override
    public Timers openTimers(String name) {
        requireOwner();
        return new OwnTimers(time);
    }

    @Override
    public Alarm openAlarm(String name, Runnable task) {
        requireOwner();
        return new OwnAlarm(openPool(name, 1), task);
    }

    /** @throws UnsupportedOperationException always */
    @Override
    public Thread newThread(String name, Runnable loop) {
        throw new UnsupportedOperationException("A simulation has one thread only, and " + name
                + " wants one of its own: use a transport and a discovery that live on pools and timers");
    }

    /** Does all that is to be done at this instant, and what that brings about at this instant. */
    public void run() {
        runFor(Duration.ZERO);
    }

    /** Does all that is to be done within {@code duration}, and leaves the clock at its end. */
    public void runFor(Duration duration) {
        requireOwner();
        long end = clock.nanoTime() + Durations.nanos(duration);
        var steps = new Steps();
        while (step(end, steps)) {
            steps.count();
        }
        clock.moveTo(end);
    }

    /**
     * Goes on until {@code condition} holds, asking after every task.
     *
     * @throws AssertionError if it does not hold within {@code limit} of virtual time
     */
    public void runUntil(BooleanSupplier condition, Duration limit) {
        requireOwner();
        long end = clock.nanoTime() + Durations.nanos(limit);
        var steps = new Steps();
        while (!condition.getAsBoolean()) {
            if (!step(end, steps)) {
                clock.moveTo(end);
                if (condition.getAsBoolean()) {
                    return;
                }
                throw new AssertionError("Not within " + limit + " of virtual time (seed " + seed + ")");
            }
            steps.count();
        }
    }

    @Override
    public String toString() {
        return "simulation with seed " + seed + " after " + Duration.ofNanos(clock.nanoTime());
    }

    /** Does one thing if there is something to do by {@code end}, moving the clock there first. */
    private boolean step(long end, Steps steps) {
        OptionalLong due = clock.nextDue();
        boolean timerDue = due.isPresent() && due.getAsLong() <= clock.nanoTime();
        var ready = new ArrayList<Lane>();
        for (Lane lane : lanes) {
            if (!lane.tasks.isEmpty()) {
                ready.add(lane);
            }
        }
        int choices = ready.size() + (timerDue ? 1 : 0);
        if (choices == 0) {
            ManualTime.@Nullable Task next = clock.takeDue(end);
            if (next == null) {
                return false;
            }
            steps.newInstant();
            next.action().run();
            return true;
        }
        int choice = choices == 1 ? 0 : order.nextInt(choices);
        if (choice < ready.size()) {
            ready.get(choice).take().run();
        } else {
            ManualTime.@Nullable Task next = clock.takeDue(clock.nanoTime());
            if (next != null) {
                next.action().run();
            }
        }
        return true;
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("This simulation belongs to the thread " + owner.getName() + ", not to "
                    + Thread.currentThread().getName());
        }
    }

    /** Tells a run that goes round in circles from one that goes on. */
    private final class Steps {

        private int sinceNewInstant;

        void newInstant() {
            sinceNewInstant = 0;
        }

        void count() {
            if (++sinceNewInstant > STEPS_AT_ONE_INSTANT) {
                throw new AssertionError("Virtual time stands still: " + STEPS_AT_ONE_INSTANT
                        + " tasks ran and the next is due at the same instant (seed " + seed + ")");
            }
        }
    }

    private final class Lane implements Pool {

        private final String name;
        private final int threads;
        private final List<Runnable> tasks = new ArrayList<>();
        private boolean closed;

        Lane(String name, int threads) {
            this.name = name;
            this.threads = threads;
        }

        @Override
        public void execute(Runnable task) {
            requireOwner();
            if (closed) {
                throw new RejectedExecutionException("The pool " + name + " is closed");
            }
            tasks.add(task);
        }

        @Override
        public void close() {
            requireOwner();
            closed = true;
            if (tasks.isEmpty()) {
                lanes.remove(this);
            }
        }

        Runnable take() {
            int eligible = Math.min(threads, tasks.size());
            Runnable task = tasks.remove(eligible == 1 ? 0 : order.nextInt(eligible));
            if (closed && tasks.isEmpty()) {
                lanes.remove(this);
            }
            return task;
        }
    }

    private final class ConfinedTime implements Timers {

        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public Instant wallClock() {
            return clock.wallClock();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            requireOwner();
            return clock.schedule(delay, task);
        }

        @Override
        public Timer scheduleEvery(Duration period, Runnable task) {
            requireOwner();
            return clock.scheduleEvery(period, task);
        }

        @Override
        public void close() {}
    }
}
