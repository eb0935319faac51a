package io.parley.internal.runtime;

import io.parley.internal.convert.ThrowableText;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Handles what Parley's own code threw in one of the peer's threads. Where the JVM itself is in trouble, as without memory, nobody knows
 * what was left undone, and the peer closes; anything else is a defect, which is told, and the peer goes on.
 *
 * <p>Thread-safe.
 */
public final class Uncaught implements UncaughtExceptionHandler {

    private static final int MOST_CAUSES = 10;

    private final ErrorReporter complaints;
    private volatile @Nullable Consumer<Throwable> onFatal;

    Uncaught(ErrorReporter complaints) {
        this.complaints = complaints;
    }

    /** @param onFatal closes the peer; is called when there may be no memory */
    public void onFatal(Consumer<Throwable> onFatal) {
        this.onFatal = onFatal;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable cause) {
        Consumer<Throwable> closing = onFatal;
        if (closing != null && isFatal(cause)) {
            closing.accept(cause);
        } else {
            complaints.report("defect", "A task of the thread " + thread.getName() + " failed", cause);
        }
    }

    /**
     * Whether memory was missing, or the like, at the bottom of it: a class that could not be initialized for that reason stays unusable. A
     * stack that overflows says something about a task, and nothing about the JVM.
     */
    private static boolean isFatal(Throwable cause) {
        Throwable each = cause;
        for (int i = 0; each != null && i < MOST_CAUSES; i++) {
            if (each instanceof VirtualMachineError && !(each instanceof StackOverflowError)) {
                return true;
            }
            each = ThrowableText.cause(each);
        }
        return false;
    }
}
