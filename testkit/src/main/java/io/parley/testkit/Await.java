package io.parley.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads bring about, with a limit. For real time only: a simulation runs until a condition instead. */
public final class Await {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 1_000_000;

    private Await() {}

    /** As {@link #until(Supplier, Duration, BooleanSupplier)}, for at most 10 s. */
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
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("Waited " + limit + " in vain for: " + what.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** As {@link #untilAsserted(Duration, Runnable)}, for at most 10 s. */
    public static void untilAsserted(Runnable assertions) {
        untilAsserted(LIMIT, assertions);
    }

    /** Returns as soon as {@code assertions} passes, and throws what it threw last if that does not happen within {@code limit}. */
    public static void untilAsserted(Duration limit, Runnable assertions) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                assertions.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() - end >= 0) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
