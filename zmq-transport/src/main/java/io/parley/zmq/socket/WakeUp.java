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
 * calls since the loop came the last time. Both ends of the pipe are non-blocking, so that an interrupt of the caller, which
 * would close a channel in the middle of a blocking write, does it no harm.
 *
 * <p>Confined to the I/O loop's thread, but for {@link #call}.
 */
final class WakeUp implements IPollEvents {

    private static final byte[] OCTET = {1};

    private final Runnable onCalled;
    private final AtomicBoolean called = new AtomicBoolean();
    private final ByteBuffer taken = ByteBuffer.allocate(16);
    private final ByteBuffer last = ByteBuffer.allocateDirect(1);
    private final Poller poller;
    private final Poller.Handle handle;
    private final Pipe pipe;

    /** @param onCalled run in the loop, at least once after each call */
    WakeUp(Poller poller, Runnable onCalled) {
        this.onCalled = onCalled;
        this.poller = poller;
        try {
            pipe = Pipe.open();
        } catch (IOException e) {
            throw new TransportException("No pipe to be had", e);
        }
        boolean isDone = false;
        try {
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
            handle = poller.addHandle(pipe.source(), this);
            poller.setPollIn(handle);
            isDone = true;
        } catch (IOException e) {
            throw new TransportException("A pipe cannot be polled", e);
        } finally {
            if (!isDone) {
                close();
            }
        }
    }

    /** Has the poller look over all that it polls. */
    void renew() {
        poller.setPollIn(handle);
    }

    /** From any thread. */
    void call() {
        if (called.get() || !called.compareAndSet(false, true)) {
            return;
        }
        boolean isDone = false;
        try {
            pipe.sink().write(ByteBuffer.wrap(OCTET));
            isDone = true;
        } catch (ClosedChannelException e) {
            // The loop has ended, and there is nothing to call it for.
            isDone = true;
        } catch (IOException e) {
            throw new TransportException("The I/O loop cannot be woken", e);
        } finally {
            // Without memory nothing was written: then the next call has to be heard.
            if (!isDone) {
                called.set(false);
            }
        }
    }

    /** As {@link #call}, once in its life and from one thread only, without allocating anything. */
    void callAtLast() {
        try {
            pipe.sink().write(last);
        } catch (IOException e) {
            // The loop has ended, or will see for itself in its next turn.
            called.set(true);
        }
    }

    /** The calls so far are answered. If this is left out, the loop is called again at once. */
    void answer() {
        taken.clear();
        try {
            pipe.source().read(taken);
        } catch (IOException e) {
            throw new TransportException("The I/O loop's pipe cannot be read", e);
        } finally {
            called.set(false);
        }
    }

    @Override
    public void inEvent() {
        onCalled.run();
    }

    void close() {
        try {
            try {
                pipe.sink().close();
            } finally {
                pipe.source().close();
            }
        } catch (IOException e) {
            throw new TransportException("The I/O loop's pipe did not close", e);
        }
    }
}
