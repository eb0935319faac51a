package io.parley.zmq.socket;

import io.parley.transport.PortListener;
import io.parley.transport.TransportException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Fails a port as a whole and tells its listener, though there be no memory left: what that takes was set aside when the port was opened.
 *
 * <p>Confined to the I/O loop's thread, but for {@link #foretell}.
 */
final class Failure {

    /** Given back to the heap before the listener is called, for what it has to do. */
    private static final int RESERVE_BYTES = 256 * 1024;

    private static final byte[] NOTHING = {};
    private static final int TRIES = 20;
    private static final long PAUSE_NANOS = 50_000_000;

    private final PortListener listener;
    private final Runnable onFailed;
    private final TransportException threadDied = new TransportException("A thread of ZeroMQ's has died");
    private byte[] reserve = new byte[RESERVE_BYTES];
    private boolean failed;
    private volatile @Nullable Throwable foretold;

    /** @param onFailed closes the port's sockets; called once, after the listener */
    Failure(PortListener listener, Runnable onFailed) {
        this.listener = listener;
        this.onFailed = onFailed;
    }

    boolean hasHappened() {
        return failed;
    }

    /** Something happened after which nobody knows what is left undone. */
    void happen(Throwable cause) {
        if (!failed) {
            failed = true;
            tell(cause);
            onFailed.run();
        }
    }

    /** One of ZeroMQ's threads has died of {@code cause}. */
    void happenByDeath(Throwable cause) {
        if (!failed) {
            threadDied.initCause(cause);
            happen(threadDied);
        }
    }

    /** From any thread: one of ZeroMQ's threads has died, which {@link #look} will find. */
    void foretell(Throwable cause) {
        foretold = cause;
    }

    /** Looks whether a thread has died meanwhile. */
    void look() {
        Throwable cause = foretold;
        if (cause != null) {
            happenByDeath(cause);
        }
    }

    /** Calls the listener until it returns normally, but not for ever. */
    private void tell(Throwable cause) {
        reserve = NOTHING;
        for (int i = 0; i < TRIES; i++) {
            try {
                listener.onFailure(cause);
                return;
            } catch (Throwable e) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }
}
