package io.parley.zmq.socket;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Runs what belongs to others, such as tasks and listeners, so that the loop goes on whatever they throw. Without memory nobody knows what is
 * left undone: then the port fails.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class Guard {

    private static final Logger LOG = System.getLogger(IoLoop.class.getName());

    private final String name;
    private final LogLimit log;
    private final Troubles troubles;
    private final Failure failure;

    Guard(IoLoop loop, Troubles troubles, Failure failure) {
        name = loop.options().name();
        log = new LogLimit(LOG, loop.options().environment().time());
        this.troubles = troubles;
        this.failure = failure;
    }

    LogLimit log() {
        return log;
    }

    void run(Runnable task) {
        try {
            task.run();
        } catch (OutOfMemoryError e) {
            failure.happen(e);
        } catch (Throwable e) {
            log.log(Level.ERROR, "A task or listener failed in the I/O loop of " + name, e);
        }
    }

    /** Runs a step of closing; those after it are taken whatever it throws. */
    void quietly(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            log.log(Level.WARNING, "While closing the port of " + name, e);
        }
    }

    /**
     * Tells of what a listener threw; what to do about that is up to the caller. Returns it as text.
     *
     * @throws OutOfMemoryError if that is what was thrown
     */
    String onListenerFailed(Throwable cause) {
        return tell("A listener failed in the I/O loop of " + name, cause);
    }

    /** As {@link #onListenerFailed}, of what a socket threw. */
    String onSocketFailed(Throwable cause) {
        return tell("A socket failed in the I/O loop of " + name, cause);
    }

    private String tell(String what, Throwable cause) {
        if (cause instanceof OutOfMemoryError error) {
            throw error;
        }
        log.log(Level.ERROR, what, cause);
        troubles.add(Troubles.Kind.LISTENER, cause.getClass().getName());
        return cause.getClass().getName();
    }
}
