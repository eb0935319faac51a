package io.parley.internal.lane;

import io.parley.time.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;

/**
 * Watches over the deadlines that nobody else watches: runs a sweep every 10 ms, from {@link #arm} until the sweep finds that nothing is left
 * to watch.
 *
 * <p>{@link #arm} is thread-safe, {@link #onBeat} is confined to the I/O context.
 */
public final class DeadlineSweep {

    /** The time by which an asynchronous call may learn too late of its deadline. */
    private static final Duration INTERVAL = Duration.ofMillis(10);

    private final Timers timers;
    private final Executor context;
    private final LongPredicate sweep;
    private final AtomicBoolean armed = new AtomicBoolean();

    /**
     * @param context runs tasks in the I/O context
     * @param sweep fails what is overdue at the time given, in nanoseconds, and answers whether anything is left to watch; run in the I/O
     *     context
     */
    public DeadlineSweep(Timers timers, Executor context, LongPredicate sweep) {
        this.timers = timers;
        this.context = context;
        this.sweep = sweep;
    }

    /** Has deadlines looked at from now on, until nothing is left to watch. */
    public void arm() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            timers.schedule(INTERVAL, () -> context.execute(this::run));
        }
    }

    /** Called once per heartbeat interval: if a sweep was lost, such as for want of memory, deadlines are looked at again from now on. */
    public void onBeat() {
        run();
    }

    private void run() {
        armed.set(false);
        if (sweep.test(timers.nanoTime())) {
            arm();
        }
    }
}
