package io.parley.internal.engine;

import io.parley.internal.runtime.PeerContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * Runs a peer's regular work in its I/O context, once per heartbeat interval. A heartbeat that the I/O context has not come to is not
 * followed by another. Thread-safe.
 */
final class Heartbeat {

    private final PeerContext core;
    private final LongConsumer work;
    private final AtomicBoolean isUnderWay = new AtomicBoolean();

    /** @param work called in the I/O context with the time in nanoseconds, until the peer is finished */
    Heartbeat(PeerContext core, LongConsumer work) {
        this.core = core;
        this.work = work;
    }

    /** Begins. Called once, when the port is open. */
    void begin() {
        core.time.scheduleEvery(core.config.limits().heartbeat(), this::onDue);
    }

    private void onDue() {
        if (isUnderWay.compareAndSet(false, true)) {
            boolean isHandedOver = false;
            try {
                core.port().execute(this::run);
                isHandedOver = true;
            } finally {
                if (!isHandedOver) {
                    isUnderWay.set(false);
                }
            }
        }
    }

    private void run() {
        isUnderWay.set(false);
        if (core.isFinished()) {
            return;
        }
        long now = core.time.nanoTime();
        core.expectBeat(now + core.config.limits().heartbeat().toNanos());
        work.accept(now);
    }
}
