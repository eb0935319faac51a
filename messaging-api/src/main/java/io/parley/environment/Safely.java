package io.parley.environment;

import java.util.function.Consumer;

/**
 * Runs code that must not end the thread it runs in, whatever it throws: {@link Error} and exceptions that Java would have declared
 * included. For threads of Parley and its plug-ins.
 */
public final class Safely {

    private Safely() {}

    /**
     * Runs {@code task}.
     *
     * @param onFailure is given what {@code task} throws; what it throws itself is dropped
     * @return whether {@code task} returned
     */
    public static boolean run(Runnable task, Consumer<? super Throwable> onFailure) {
        try {
            task.run();
            return true;
        } catch (Throwable e) {
            report(e, onFailure);
            return false;
        }
    }

    private static void report(Throwable failure, Consumer<? super Throwable> onFailure) {
        try {
            onFailure.accept(failure);
        } catch (Throwable e) {
            // To tell of a failure may fail as well, where memory is what is missing. The thread matters more.
            return;
        }
    }
}
