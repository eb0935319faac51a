package io.parley.internal.runtime;

import io.parley.environment.Alarm;
import io.parley.environment.Safely;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes the peer as a whole when it cannot go on: callers are told, the lease is withdrawn, sockets are closed, the error handler is told.
 * To begin needs no memory: the thread and all that it begins with are there from the start. A step that fails, as there is no memory,
 * keeps no other step from being taken, and is taken again until it succeeds, for half a minute.
 *
 * <p>Thread-safe.
 */
public final class FailureShutdown {

    /** Bytes that are let go of at the beginning, so that the steps find some memory. */
    private static final int RESERVE = 64 * 1024;

    /** After so many rounds the end is told, whatever is left to do. */
    private static final int PATIENT_ROUNDS = 400;

    private static final int ROUNDS = 600;
    private static final long PAUSE_NANOS = 50_000_000;

    private final PeerContext core;
    private final Takeover closing;
    private final Runnable[] steps;
    private final Runnable end = this::end;
    private final Consumer<Throwable> onFailure = this::onFailure;
    private final boolean[] taken;
    private final AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();
    private byte @Nullable [] reserve = new byte[RESERVE];
    private volatile @Nullable Alarm alarm;
    /** Why the latest step failed. Confined to the alarm's thread. */
    private boolean isWithoutMemory;

    /** Takes the end of a peer out of the hands of its orderly close. */
    public interface Takeover {

        /** Leaves the end to the caller from here on, all of it. Allocates nothing. */
        void supersede();

        /** Completes the futures of the peer's end: all is let go of. */
        void endFailed(Throwable cause);
    }

    /**
     * @param closing the orderly close that is superseded
     * @param parts the parts of the peer, each as the step that ends it, in order
     * @param last the step that is taken after the error handler was told
     */
    public FailureShutdown(PeerContext core, Takeover closing, List<Runnable> parts, Runnable last) {
        this.core = core;
        this.closing = closing;
        var all = new ArrayList<>(parts);
        all.add(this::report);
        all.add(last);
        steps = all.toArray(new Runnable[0]);
        taken = new boolean[steps.length];
    }

    /** From now on {@link #execute} finds a thread. */
    public void arm() {
        rehearse();
        alarm = core.environment.openAlarm("parley-last-will-" + core.name.instance(), this::takeSteps);
    }

    /** Goes the way to the alarm once: Java loads classes and links code when they are first needed, which takes memory. */
    private void rehearse() {
        try (Alarm silent = core.environment.openAlarm("parley-rehearsal-" + core.name.instance(), () -> {})) {
            alarm = silent;
            core.uncaught.uncaughtException(Thread.currentThread(), new OutOfMemoryError("rehearsal"));
            cause.set(null);
            alarm = null;
        }
    }

    /** The peer has ended in another way. */
    public void disarm() {
        Alarm armed = alarm;
        if (armed != null) {
            armed.close();
        }
    }

    /** Closes the peer, and does not wait for that. Only the first cause counts. Allocates nothing. */
    public void execute(Throwable why) {
        Alarm armed = alarm;
        if (armed != null && cause.compareAndSet(null, why)) {
            armed.raise();
        }
    }

    private void takeSteps() {
        reserve = null;
        closing.supersede();
        boolean isOver = false;
        boolean isDone = false;
        for (int round = 0; round < ROUNDS && !(isDone && isOver); round++) {
            isDone = takeRound();
            if (!isOver && (isDone || round >= PATIENT_ROUNDS)) {
                isOver = Safely.run(end, onFailure);
            }
            if (!isDone || !isOver) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Whether nothing is left to do. */
    private boolean takeRound() {
        boolean all = true;
        for (int i = 0; i < steps.length; i++) {
            taken[i] = taken[i] || Safely.run(steps[i], onFailure) || !isWithoutMemory;
            all &= taken[i];
        }
        return all;
    }

    /** What a step throws is told, and the step is over; but for want of memory it is taken again. */
    private void onFailure(Throwable failure) {
        isWithoutMemory = failure instanceof VirtualMachineError;
        if (!isWithoutMemory) {
            core.complaints.report("close", "Peer " + core.name + " failed to end in order", failure);
        }
    }

    private void report() {
        core.complaints.report("failed", "Peer " + core.name + " cannot go on and has closed", why());
    }

    private void end() {
        closing.endFailed(why());
    }

    private Throwable why() {
        Throwable known = cause.get();
        return known == null ? new IllegalStateException("not known") : known;
    }
}
