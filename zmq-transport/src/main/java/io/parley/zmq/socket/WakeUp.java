package io.parley.zmq.socket;

import io.parley.transport.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.util.concurrent.atomic.AtomicBoolean;
import zmq.poll.IPollEvents;
import zmq.poll.Poller;

/**
 * Calls the loop to work from any thread: an octet in a pipe that the loop's thread polls beside its sockets. One octet stands for all
 * calls since the loop came the last time.
 *
 * <p>A thread that is interrupted while it writes to a pipe closes it. Whoever calls may be interrupted at any time, so that is
 * expected: the closed pipe wakes the loop as an octet would have, and the loop opens another one.
 *
 * <p>Confined to the I/O loop's thread, but for {@link #call}.
 */
final class WakeUp implements IPollEvents {

    private static final byte[] OCTET = {1};

    private final Runnable onCalled;
    private final AtomicBoolean called = new AtomicBoolean();
    private final ByteBuffer taken = ByteBuffer.allocate(16);
    private volatile Pipe pipe = open();
    private Poller.Handle handle;
    private final Poller poller;

    /** @param onCalled run in the loop, at least once after each call */
    WakeUp(Poller poller, Runnable onCalled) {
        this.poller = poller;
        this.onCalled = onCalled;
        handle = register();
    }

    /** From any thread. */
    void call() {
        if (called.get() || !called.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            pipe.sink().write(ByteBuffer.wrap(OCTET));
        } catch (ClosedChannelException e) {
            // By an interrupt just now, which wakes the loop as well; or the loop has ended.
            interrupted |= Thread.interrupted();
        } catch (IOException e) {
            throw new TransportException("The I/O loop cannot be woken", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The calls so far are answered. If this is left out, the loop is called again at once. */
    void answer() {
        taken.clear();
        try {
            if (pipe.source().read(taken) < 0) {
                poller.removeHandle(handle);
                close();
                pipe = open();
                handle = register();
            }
        } catch (IOException e) {
            throw new TransportException("The I/O loop's pipe cannot be read", e);
        }
        called.set(false);
    }

    @Override
    public void inEvent() {
        onCalled.run();
    }

    void close() {
        try {
            pipe.sink().close();
            pipe.source().close();
        } catch (IOException e) {
            throw new TransportException("The I/O loop's pipe did not close", e);
        }
    }

    private Poller.Handle register() {
        Poller.Handle registered = poller.addHandle(pipe.source(), this);
        poller.setPollIn(registered);
        return registered;
    }

    private static Pipe open() {
        try {
            Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
            return pipe;
        } catch (IOException e) {
            throw new TransportException("No pipe to be had", e);
        }
    }
}
