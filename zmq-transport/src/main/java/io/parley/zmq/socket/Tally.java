package io.parley.zmq.socket;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Brings what happens on ZeroMQ's threads, as often as strangers like, into the loop: one report speaks for all that came
 * since the one before.
 *
 * <p>Thread-safe.
 */
final class Tally {

    private final String what;
    private final Executor loop;
    private final Consumer<String> report;
    private final AtomicInteger count = new AtomicInteger();

    Tally(String what, Executor loop, Consumer<String> report) {
        this.what = what;
        this.loop = loop;
        this.report = report;
    }

    void add(String detail) {
        if (count.getAndIncrement() == 0) {
            loop.execute(() -> report.accept(what + ", " + count.getAndSet(0) + " times: " + detail));
        }
    }
}
