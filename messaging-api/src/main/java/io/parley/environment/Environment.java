package io.parley.environment;

import io.parley.time.TimeSource;
import io.parley.time.Timers;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.random.RandomGenerator;

/**
 * Everything about the surrounding world that the engine would otherwise help itself to: time, random numbers and threads.
 * {@link #system()} is the real one. A simulation supplies its own, with one thread and a seed, and can then repeat any run.
 *
 * <p>Thread-safe.
 */
public interface Environment {

    TimeSource time();

    /** Random numbers for identities, jitter and choices. Must be safe to share between threads. */
    RandomGenerator random();

    /**
     * A pool that runs application code.
     *
     * @param name prefix of the threads' names
     * @param threads how many tasks may run at a time, at least 1
     */
    Pool openPool(String name, int threads);

    /**
     * Timers of the caller's own, which the caller closes. They need no thread before the first task is scheduled.
     *
     * @param name of the thread, if they have one
     */
    Timers openTimers(String name);

    /**
     * Prepares a task for an emergency.
     *
     * @param name of the thread, if it needs one
     * @param task may block
     */
    Alarm openAlarm(String name, Runnable task);

    /** A daemon thread, not yet started, for a transport's or a registry's own loop. */
    Thread newThread(String name, Runnable loop);

    /**
     * An environment like this one, with the same clock and random numbers, whose threads report to {@code handler} what a task of
     * theirs threw. They belong to one peer, and inherit what threads usually do, such as the context class loader; those of the
     * {@linkplain #system() system} itself do not, as several peers may share them. By default this one: the threads of a simulation
     * are the caller's.
     *
     * @param handler may be called in any thread; what it throws is ignored
     */
    default Environment reportingTo(UncaughtExceptionHandler handler) {
        return this;
    }

    /** The machine's clock, a secure seed, and platform threads. */
    static Environment system() {
        return SystemEnvironment.INSTANCE;
    }
}
