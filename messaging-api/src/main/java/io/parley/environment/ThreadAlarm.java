package io.parley.environment;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** An alarm whose thread waits from the beginning. Thread-safe. */
final class ThreadAlarm implements Alarm {

    private static final long PAUSE_NANOS = 50_000_000;

    private final Runnable task;
    private final Thread thread;
    private volatile boolean raised;
    private volatile boolean closed;

    ThreadAlarm(ThreadFactory threads, Runnable task) {
        this.task = task;
        thread = threads.newThread(this::run);
        thread.start();
    }

    @Override
    public void raise() {
        raised = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!raised && !closed) {
            LockSupport.park(this);
            Thread.interrupted(); // an interrupt is no way to tell this thread anything, and would keep it awake
        }
        while (raised && !isDone()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean isDone() {
        try {
            task.run();
            return true;
        } catch (Throwable e) {
            // There is no memory even to begin with, or to tell of that. There may be in a moment.
            return false;
        }
    }
}
