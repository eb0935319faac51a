package io.parley.environment;

import io.parley.time.TimeSource;
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

    /** A daemon thread, not yet started, for a transport's or a registry's own loop. */
    Thread newThread(String name, Runnable loop);

    /** The machine's clock, a secure seed, and platform threads. */
    static Environment system() {
        return SystemEnvironment.INSTANCE;
    }
}
