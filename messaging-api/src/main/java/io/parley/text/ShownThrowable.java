package io.parley.text;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stands in a log for a throwable whose message, or that of one of its causes, is not plain. */
final class ShownThrowable extends Exception {

    private static final long serialVersionUID = 1L;

    private final String shown;

    /** @param seen those that are shown already: a chain may run in a circle */
    private ShownThrowable(Throwable original, Set<Throwable> seen) {
        super(null, shown(original.getCause(), seen), true, true);
        shown = PlainText.of(describe(original));
        setStackTrace(original.getStackTrace());
        for (Throwable suppressed : original.getSuppressed()) {
            Throwable stand = shown(suppressed, seen);
            if (stand != null) {
                addSuppressed(stand);
            }
        }
    }

    static Throwable of(Throwable original) {
        if (isPlain(original, newSet())) {
            return original;
        }
        Throwable shown = shown(original, newSet());
        return shown == null ? original : shown;
    }

    private static @Nullable Throwable shown(@Nullable Throwable original, Set<Throwable> seen) {
        return original == null || !seen.add(original) ? null : new ShownThrowable(original, seen);
    }

    private static boolean isPlain(@Nullable Throwable original, Set<Throwable> seen) {
        if (original == null || !seen.add(original)) {
            return true;
        }
        if (!PlainText.isPlain(describe(original)) || !isPlain(original.getCause(), seen)) {
            return false;
        }
        for (Throwable suppressed : original.getSuppressed()) {
            if (!isPlain(suppressed, seen)) {
                return false;
            }
        }
        return true;
    }

    private static Set<Throwable> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** An application's exception may do anything when it is asked for its message; then it is not plain either. */
    private static String describe(Throwable original) {
        try {
            return String.valueOf(original);
        } catch (RuntimeException | Error e) {
            return original.getClass().getName() + "\n(its message cannot be had: "
                    + e.getClass().getName() + ')';
        }
    }

    @Override
    public @Nullable String getMessage() {
        return shown;
    }

    @Override
    public String toString() {
        return shown;
    }
}
