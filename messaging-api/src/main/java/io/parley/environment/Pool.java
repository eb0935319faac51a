package io.parley.environment;

import java.util.concurrent.Executor;

/**
 * An executor that its owner can close. Tasks handed over before closing still run; later ones are rejected with
 * {@link java.util.concurrent.RejectedExecutionException}. Nothing is interrupted.
 *
 * <p>Thread-safe.
 */
public interface Pool extends Executor, AutoCloseable {

    @Override
    void close();

    /** A pool over an executor that somebody else owns: closing it closes nothing. */
    static Pool borrowed(Executor executor) {
        return new Pool() {
            @Override
            public void execute(Runnable task) {
                executor.execute(task);
            }

            @Override
            public void close() {}
        };
    }
}
