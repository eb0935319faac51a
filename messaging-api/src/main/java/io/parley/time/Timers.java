package io.parley.time;

import java.time.Duration;

/**
 * A clock that also runs tasks later. Whoever opens timers owns them, and closes them: they are not shared between peers.
 *
 * <p>Whatever a task throws, an {@link OutOfMemoryError} included, the other tasks still run.
 *
 * <p>Thread-safe.
 */
public interface Timers extends TimeSource, AutoCloseable {

    /**
     * Runs {@code task} once, not before {@code delay} has passed. The task runs on a thread of the timers' choosing and must not
     * block. Closed timers run nothing.
     */
    Timer schedule(Duration delay, Runnable task);

    /**
     * Runs {@code task} again and again, each time not before {@code period} has passed since the last run ended, or since now. Ends
     * only by {@link Timer#cancel} or {@link #close}: a task that throws runs again. To go on needs no memory.
     *
     * @param period positive
     */
    Timer scheduleEvery(Duration period, Runnable task);

    /** Begins no more tasks. Does not wait for one that runs. A second call does nothing. */
    @Override
    void close();

    /** A scheduled task. Thread-safe. */
    interface Timer {

        /** Keeps the task from starting (again). A task under way is not disturbed. */
        void cancel();
    }
}
