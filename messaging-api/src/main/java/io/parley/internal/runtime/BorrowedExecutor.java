package io.parley.internal.runtime;

import io.parley.environment.Pool;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The application's executor for handlers. Whatever it throws, it counts as having rejected the task. Thread-safe. */
final class BorrowedExecutor implements Pool {

    private final Executor executor;
    private final ErrorReporter complaints;

    BorrowedExecutor(Executor executor, ErrorReporter complaints) {
        this.executor = executor;
        this.complaints = complaints;
    }

    /** @throws RejectedExecutionException if the executor throws anything */
    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            throw e;
        } catch (Throwable e) {
            complaints.report("executor", "The executor for handlers failed", e);
            throw new RejectedExecutionException(
                    "The executor for handlers failed: " + e.getClass().getName());
        }
    }

    @Override
    public void close() {}
}
