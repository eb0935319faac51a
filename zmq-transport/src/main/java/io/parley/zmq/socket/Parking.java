package io.parley.zmq.socket;

import io.parley.transport.TransportException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Where the loop waits for its sockets' signals and for whoever hands something over. Waking a thread costs more than all else
 * on a message's way, so it is woken only if it sleeps.
 *
 * <p>Confined to the I/O loop's thread, but for {@link #wake}.
 */
final class Parking {

    private static final long STEP_ASIDE_NANOS = 20_000;

    private final Selector selector;
    private final Consumer<LoopSocket> onSignal;
    private final BooleanSupplier calledAway;
    private final long spinNanos;
    private final AtomicBoolean parked = new AtomicBoolean();
    private final Consumer<SelectionKey> onKey = this::onKey;
    private boolean signalled;
    private int emptyTurns;

    /**
     * @param onSignal told of each socket that has signalled
     * @param calledAway whether somebody has handed something over; asked before the loop sleeps
     * @param spin how long to look for work before sleeping
     */
    Parking(Consumer<LoopSocket> onSignal, BooleanSupplier calledAway, Duration spin) {
        this.onSignal = onSignal;
        this.calledAway = calledAway;
        spinNanos = spin.toNanos();
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new TransportException("No selector to be had", e);
        }
    }

    /** Ends the loop's sleep, if it sleeps. From any thread, after something was handed over. */
    void wake() {
        if (parked.get() && parked.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    Selector selector() {
        return selector;
    }

    /** Whether a socket has signalled since the turn before. */
    boolean signalled() {
        return signalled;
    }

    /** Looks for signals without waiting for any. */
    void look() throws IOException {
        signalled = false;
        selector.selectNow(onKey);
    }

    /** Waits for a signal or a call, for so long at most; 0 is for as long as it takes. */
    void park(long millis) throws IOException {
        signalled = false;
        if (spinNanos > 0 && spin()) {
            return;
        }
        parked.set(true);
        if (!calledAway.getAsBoolean()) {
            selector.select(onKey, millis);
        }
        parked.set(false);
    }

    /**
     * JeroMQ's I/O thread signals first and then notes that it has. If it is put aside in between, there is a signal that
     * nothing can take away, and the loop would run around in circles and keep it from the processor. So it steps aside after
     * turns that were signalled for and brought nothing.
     */
    void stepAside(boolean broughtSomething) {
        if (broughtSomething || !signalled) {
            emptyTurns = 0;
        } else if (++emptyTurns > 1) {
            LockSupport.parkNanos(STEP_ASIDE_NANOS);
        }
    }

    void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new TransportException("The selector did not close", e);
        }
    }

    private boolean spin() throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < spinNanos) {
            if (calledAway.getAsBoolean() || selector.selectNow(onKey) > 0) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void onKey(SelectionKey key) {
        signalled = true;
        if (key.attachment() instanceof LoopSocket socket) {
            onSignal.accept(socket);
        }
    }
}
