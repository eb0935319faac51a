package io.parley.internal;

import java.lang.Thread.UncaughtExceptionHandler;

/** Handles what Parley's own code threw in one of the peer's threads. Thread-safe. */
final class Uncaught implements UncaughtExceptionHandler {

    private final Complaints complaints;

    Uncaught(Complaints complaints) {
        this.complaints = complaints;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable cause) {
        complaints.complain("defect", "A task of the thread " + thread.getName() + " failed", cause);
    }
}
