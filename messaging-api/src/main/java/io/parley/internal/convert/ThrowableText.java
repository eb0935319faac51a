package io.parley.internal.convert;

import org.jspecify.annotations.Nullable;

/** Reads the texts of exceptions that applications throw, whose methods may themselves throw anything. Stateless. */
public final class ThrowableText {

    private ThrowableText() {}

    /** The exception's message; null if it has none. */
    public static @Nullable String message(Throwable failure) {
        try {
            return failure.getMessage();
        } catch (Throwable e) {
            return "(its message cannot be read: " + e.getClass().getName() + ")";
        }
    }

    /** The exception's message, or the name of its class if it has none. Never null. */
    public static String messageOrName(Throwable failure) {
        String message = message(failure);
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** The simple name of the exception's class, and its message if it has one. */
    public static String describe(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        String message = message(failure);
        return message == null ? name : name + ": " + message;
    }

    /** The exception's cause; null if it has none. */
    public static @Nullable Throwable cause(Throwable failure) {
        try {
            return failure.getCause();
        } catch (Throwable e) {
            return null; // An exception that cannot tell its cause is treated as one without.
        }
    }
}
