package io.parley.testkit;

import io.parley.time.Durations;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads bring about, with a limit. For real time only: a simulation runs until a condition instead. */
public final class Await {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 1_000_000;

    private Await() {}

    /** As {@link #until(Supplier, Duration, BooleanSupplier)}, for at most 30 s. */
    public static void until(String what, BooleanSupplier condition) {
        until(() -> what, LIMIT, condition);
    }

    /**
     * Returns as soon as {@code condition} holds.
     *
     * @param what what is waited for; asked only if it did not come, so that it can tell what came instead
     * @throws AssertionError if it does not hold within {@code limit}
     */
    public static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
        var patience = new Patience(limit);
        while (!condition.getAsBoolean()) {
            if (patience.isAtAnEnd()) {
                throw new AssertionError("Waited " + limit + " in vain for: " + what.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * Blocks the calling thread until {@code latch} has reached zero, at most 60 s.
     *
     * @throws AssertionError if the latch does not reach zero in this time, or the thread is interrupted
     */
    static void latch(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("The latch was not released within 60 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As {@link #untilAsserted(Duration, Runnable)}, for at most 30 s. */
    public static void untilAsserted(Runnable assertions) {
        untilAsserted(LIMIT, assertions);
    }

    /** Returns as soon as {@code assertions} passes, and throws what it threw last if that does not happen within {@code limit}. */
    public static void untilAsserted(Duration limit, Runnable assertions) {
        var patience = new Patience(limit);
        while (true) {
            try {
                assertions.run();
                return;
            } catch (AssertionError e) {
                if (patience.isAtAnEnd()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * Counts the time in which others had a chance to do something: where the whole machine stood still for a while, that counts for
     * little, since those who are waited for stood still as well.
     */
    private static final class Patience {

        private static final long LONGEST_STEP = 100_000_000;

        private long left;
        private long lookedAt = System.nanoTime();

        Patience(Duration limit) {
            left = Durations.nanos(limit);
        }

        boolean isAtAnEnd() {
            long now = System.nanoTime();
            left -= Math.min(now - lookedAt, LONGEST_STEP);
            lookedAt = now;
            return left <= 0;
        }
    }
}
