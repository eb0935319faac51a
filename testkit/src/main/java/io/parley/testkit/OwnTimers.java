package io.parley.testkit;

import io.parley.time.Timers;
import java.time.Duration;
import java.time.Instant;

/** Timers of a simulation that somebody has opened and can close. Confined to the simulation's thread. */
final class OwnTimers implements Timers {

    private final Timers clock;
    private boolean closed;

    OwnTimers(Timers clock) {
        this.clock = clock;
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public Instant wallClock() {
        return clock.wallClock();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return closed ? () -> {} : clock.schedule(delay, unlessClosed(task));
    }

    @Override
    public Timer scheduleEvery(Duration period, Runnable task) {
        if (closed) {
            return () -> {};
        }
        var timer = new Timer[1];
        timer[0] = clock.scheduleEvery(period, () -> {
            if (closed) {
                timer[0].cancel();
            } else {
                task.run();
            }
        });
        return timer[0];
    }

    @Override
    public void close() {
        closed = true;
    }

    private Runnable unlessClosed(Runnable task) {
        return () -> {
            if (!closed) {
                task.run();
            }
        };
    }
}
