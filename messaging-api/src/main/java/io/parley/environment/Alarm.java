package io.parley.environment;

/**
 * A task that waits to be run, in a thread that is there already. Raising the alarm allocates nothing, so that it can be raised where
 * no memory is left.
 *
 * <p>Thread-safe.
 */
public interface Alarm extends AutoCloseable {

    /**
     * Has the task run, once; a second call does nothing, nor does one after {@link #close}. Does not wait for it. A task that throws is run
     * again in a moment, until it returns.
     */
    void raise();

    /** Ends the thread. A task under way is not disturbed. */
    @Override
    void close();
}
