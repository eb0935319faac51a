package io.parley.zmq.socket;

import io.parley.environment.Environment;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import zmq.poll.Poller;

/**
 * The two threads of a ZeroMQ context, one for input and output and one that closes sockets. They are made before JeroMQ asks for them, so that
 * a thread that cannot be made leaves nothing behind. That one cannot be started shows only when JeroMQ starts it.
 *
 * <p>Thread-safe.
 */
final class ContextThreads {

    /** What JeroMQ calls its I/O thread, with a number behind it; the other one closes sockets. */
    private static final String IO_THREAD = "iothread";

    private final Part io;
    private final Part reaper;

    /** A thread, and the poller that JeroMQ has made for it; null until it has. */
    private static final class Part {

        private final Thread thread;
        private volatile @Nullable Poller poller;

        Part(Environment environment, String name, Consumer<Poller> work) {
            thread = environment.newThread(name, () -> work.accept(poller()));
        }

        Poller poller() {
            return Objects.requireNonNull(poller, "not started");
        }

        boolean isBegun() {
            return thread.getState() != Thread.State.NEW;
        }

        void endIfNotBegun() {
            Poller made = poller;
            if (made != null && !isBegun()) {
                try {
                    ResumedPoller.end(made);
                } catch (RuntimeException e) {
                    // JeroMQ failed while it made the poller, and so has nothing that waits for it.
                    poller = null;
                }
            }
        }

        void stop() {
            Poller made = poller;
            if (made != null) {
                made.stop();
            }
        }
    }

    /**
     * @param name of the port
     * @param ioWork the whole life of the I/O thread
     * @param reaperWork the same of the other one
     */
    ContextThreads(Environment environment, String name, Consumer<Poller> ioWork, Consumer<Poller> reaperWork) {
        reaper = new Part(environment, "parley-reaper-" + name, reaperWork);
        io = new Part(environment, "parley-io-" + name, ioWork);
    }

    /** The thread for {@code poller}, which JeroMQ gives that name. */
    Thread hand(Runnable poller, String name) {
        Part part = name.startsWith(IO_THREAD) ? io : reaper;
        part.poller = (Poller) poller;
        return part.thread;
    }

    Poller ioPoller() {
        return io.poller();
    }

    /** Whether the I/O thread was started. */
    boolean isIoBegun() {
        return io.isBegun();
    }

    /** Whether the thread that closes sockets was started. */
    boolean isReaperBegun() {
        return reaper.isBegun();
    }

    /** Ends the pollers of those threads that were never started, so that nobody waits for them. */
    void endUnbegun() {
        io.endIfNotBegun();
        reaper.endIfNotBegun();
    }

    /** Has both threads end, whatever is left to do. */
    void stop() {
        reaper.stop();
        io.stop();
    }
}
