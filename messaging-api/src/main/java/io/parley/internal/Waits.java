package io.parley.internal;

import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waiting for stages in a caller's own thread. Stateless. */
final class Waits {

    private Waits() {}

    /** The stage's value, or the failure it completed with. An interrupt does not end the wait; its flag is set again afterwards. */
    static <T> T join(CompletableFuture<T> stage) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return stage.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof MessagingException failure) {
                        throw failure;
                    }
                    throw new LinkLostException("The message failed: " + e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
