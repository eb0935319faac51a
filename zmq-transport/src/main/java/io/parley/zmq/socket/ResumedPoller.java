package io.parley.zmq.socket;

import java.util.function.Consumer;
import zmq.poll.Poller;

/**
 * Runs one of JeroMQ's pollers and goes on with it after something was thrown out of it, so that the sockets can still be closed. What
 * the thrown thing was about is lost: nothing else must be done with the port.
 *
 * <p>Stateless.
 */
final class ResumedPoller {

    /** A poller that throws more often does not come to an end by itself. */
    private static final int MOST = 100;

    private ResumedPoller() {}

    /**
     * Runs {@code poller} until it is stopped.
     *
     * @param onThrown told of each {@code Throwable}; must not throw, and cannot count on memory
     * @return false if it was given up
     */
    static boolean run(Poller poller, Consumer<Throwable> onThrown) {
        for (int i = 0; i < MOST; i++) {
            try {
                poller.run();
                return true;
            } catch (Throwable e) {
                onThrown.accept(e);
            }
        }
        return false;
    }

    /**
     * Ends a poller that was given up, or that was never run: JeroMQ waits for each of its pollers to end before it frees what they hold. Called
     * in the poller's own thread, or where that was never started.
     */
    static void end(Poller poller) {
        poller.stop();
        poller.run();
    }
}
