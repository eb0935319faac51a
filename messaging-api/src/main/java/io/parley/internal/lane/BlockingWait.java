package io.parley.internal.lane;

import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for stages in a caller's own thread, deaf to interrupts. Stateless. */
public final class BlockingWait {

    private BlockingWait() {}

    /** The stage's value, or the failure it completed with. An interrupt does not end the wait; its flag is set again afterwards. */
    public static <T> T join(CompletableFuture<T> stage) {
        return join(stage, false);
    }

    /** As {@link #join(CompletableFuture)}, for a thread that was interrupted and whose flag is not set again yet. */
    public static <T> T joinInterrupted(CompletableFuture<T> stage) {
        return join(stage, true);
    }

    private static <T> T join(CompletableFuture<T> stage, boolean wasInterrupted) {
        boolean interrupted = wasInterrupted;
        try {
            while (true) {
                try {
                    return stage.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw failure(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What a message's stage failed with. */
    public static MessagingException failure(ExecutionException failed) {
        return failed.getCause() instanceof MessagingException failure
                ? failure
                : new LinkLostException("The message failed: " + failed.getCause());
    }
}
