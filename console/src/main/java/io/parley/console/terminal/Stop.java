package io.parley.console.terminal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The user's wish that a command end, by Ctrl-C or otherwise, and the command's word that it has. A command asked to stop ends in its
 * usual way, so that what it opened is closed and no failure is reported that only comes of stopping. Thread-safe.
 */
public final class Stop {

    private static final Duration GRACE_LOOK = Duration.ofMillis(50);

    private final List<Runnable> listeners = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch requested = new CountDownLatch(1);
    private volatile long graceNanos;
    private volatile @Nullable String failure;

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Waits until the end is asked for. */
    public void await() throws InterruptedException {
        requested.await();
    }

    /** Waits until the end is asked for, for {@code limit} at most; whether it was. */
    public boolean await(Duration limit) throws InterruptedException {
        return requested.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Has {@code listener} run when the end is asked for, at once if it has been. */
    public void onRequest(Runnable listener) {
        synchronized (listeners) {
            if (!isRequested()) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }

    /** Asks for the end as the command cannot go on. The first reason counts. */
    public void fail(String why) {
        synchronized (listeners) {
            if (failure == null && !isRequested()) {
                failure = why;
            }
        }
        request();
    }

    /** Why the command could not go on; null if it could. */
    public @Nullable String failure() {
        return failure;
    }

    /** Asks for the end. */
    public void request() {
        List<Runnable> told;
        synchronized (listeners) {
            requested.countDown();
            told = List.copyOf(listeners);
            listeners.clear();
        }
        told.forEach(Runnable::run);
    }

    /**
     * Says that the process is about to be ended from outside: asks for the end, after the grace if there is one, and waits
     * until the command has ended, for {@code limit} at most.
     */
    public void interrupt(Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < graceNanos && !await(GRACE_LOOK)) {
            // Whoever gave the grace may give more of it, or ask for the end.
        }
        request();
        ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Has an {@link #interrupt} wait for a {@link #request} for {@code grace} before it makes one itself. */
    public void setGrace(Duration grace) {
        graceNanos = grace.toNanos();
    }

    /** Says that the command has ended. */
    public void end() {
        ended.countDown();
    }
}
