package io.parley.internal.runtime;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the application's callbacks, other than handlers of messages. Whatever one throws, an {@link Error} or an exception that Java
 * would have declared included, the calling thread goes on, and the error handler is told.
 *
 * <p>Thread-safe.
 */
public final class Callbacks {

    private final ErrorReporter complaints;

    Callbacks(ErrorReporter complaints) {
        this.complaints = complaints;
    }

    /**
     * Runs {@code callback}.
     *
     * @param kind as for {@link ErrorReporter#report}
     * @param what says whose callback failed, should it fail
     */
    public void run(String kind, String what, Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            complaints.report(kind, what, e);
        }
    }

    /** As {@link #run}, of a callback that takes an argument. */
    public <T> void accept(String kind, String what, Consumer<T> callback, T argument) {
        try {
            callback.accept(argument);
        } catch (Throwable e) {
            complaints.report(kind, what, e);
        }
    }

    /** As {@link #run}, of a callback that answers; null if it failed. */
    <R> @Nullable R get(String kind, String what, Supplier<? extends @Nullable R> callback) {
        try {
            return callback.get();
        } catch (Throwable e) {
            complaints.report(kind, what, e);
            return null;
        }
    }
}
