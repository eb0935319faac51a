package io.parley.zmq.socket;

import io.parley.environment.Environment;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a port's ZeroMQ context, whose sockets are closed. That waits for threads of JeroMQ's, which a busy machine may keep from running
 * for a while: whoever closes the port does not wait for ever, but the context is given the time to free what it holds.
 *
 * <p>Thread-safe.
 */
final class Shutdown {

    /** If the context has not ended by then it waits for something that will not happen. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ZmqContext context;
    private final Environment environment;
    private final String name;
    private final LogLimit log;
    private final CountDownLatch ended = new CountDownLatch(1);

    Shutdown(ZmqContext context, Environment environment, String name, LogLimit log) {
        this.context = context;
        this.environment = environment;
        this.name = name;
        this.log = log;
    }

    /**
     * Begins to end the context, in a thread of its own. To be called once.
     *
     * @return false if there is no thread to be had: nothing was begun
     */
    boolean begin() {
        Thread terminator = start("parley-close-" + name, () -> end(context::terminate));
        if (terminator == null) {
            return false;
        }
        start("parley-close-late-" + name, () -> {
            if (!await(ended, System.nanoTime() + PATIENCE.toNanos())) {
                context.abort();
                terminator.interrupt();
            }
        });
        return true;
    }

    private @Nullable Thread start(String thread, Runnable work) {
        try {
            Thread made = environment.newThread(thread, work);
            made.start();
            return made;
        } catch (Throwable e) {
            log.log(System.Logger.Level.WARNING, "No thread to be had to close the port of " + name, e);
            return null;
        }
    }

    /** Ends the context in the caller's thread, which must not be one of the context's. */
    void endHere() {
        end(context::terminateDeafly);
    }

    private void end(Runnable termination) {
        try {
            termination.run();
        } catch (RuntimeException | Error e) {
            log.log(System.Logger.Level.WARNING, "While closing the port of " + name, e);
        } finally {
            ended.countDown();
        }
    }

    /** Waits until the context has ended or {@code end} has come. */
    void awaitUntil(long end) {
        await(ended, end);
    }

    /** Waits until {@code end}, deaf to interrupts, which are passed on afterwards. */
    static boolean await(CountDownLatch latch, long end) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return latch.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
