package io.parley.console;

import io.parley.console.terminal.Stop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Sends payloads at a pace and hears of each what became of it. Confined to one thread, but for the outcomes, which come in any
 * thread, one at a time.
 *
 * @param <R> what a success is
 */
final class Exchanges<R> {

    /** Begins one exchange. */
    interface Exchange<R> {

        CompletableFuture<R> begin(byte[] payload);
    }

    /** Is told what became of an exchange: a result or a failure. */
    interface Listener<R> {

        void onOutcome(long number, @Nullable R result, @Nullable Throwable failure, long nanos);
    }

    private final Stop stop;
    private final long count;
    private final long pauseNanos;
    private final int window;
    private final Semaphore room;

    /**
     * @param count how many at most
     * @param rate how many a second; 0 for as many as the window lets
     * @param window how many may be under way at a time
     */
    Exchanges(Stop stop, long count, double rate, int window) {
        this.stop = stop;
        this.count = count;
        this.pauseNanos = rate > 0 ? Math.max(1, (long) (1e9 / rate)) : 0;
        this.window = window;
        this.room = new Semaphore(window);
    }

    /** Goes through {@code payloads} and waits for all outcomes. Its time counts from when a message was due to be sent. */
    void run(Payloads payloads, Exchange<R> exchange, Listener<R> listener) throws InterruptedException {
        try {
            long start = System.nanoTime();
            for (long number = 1; number <= count && !stop.isRequested(); number++) {
                byte[] payload = payloads.next();
                long due = start + (number - 1) * pauseNanos;
                if (payload == null || pauseNanos > 0 && isStoppedBefore(due)) {
                    break;
                }
                room.acquire();
                begin(number, pauseNanos > 0 ? due : System.nanoTime(), payload, exchange, listener);
            }
        } finally {
            room.acquire(window);
        }
    }

    private void begin(long number, long begun, byte[] payload, Exchange<R> exchange, Listener<R> listener) {
        CompletableFuture<R> outcome;
        try {
            outcome = exchange.begin(payload);
        } catch (RuntimeException e) {
            outcome = CompletableFuture.failedFuture(e);
        }
        outcome.whenComplete((result, failure) -> {
            try {
                synchronized (this) {
                    listener.onOutcome(number, result, unwrapped(failure), System.nanoTime() - begun);
                }
            } finally {
                room.release();
            }
        });
    }

    private boolean isStoppedBefore(long due) throws InterruptedException {
        long left = due - System.nanoTime();
        return left > 0 ? stop.await(Duration.ofNanos(left)) : stop.isRequested();
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
