package io.parley.internal;

import io.parley.ErrorHandler;
import io.parley.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the application's error handler what went wrong, at most once every ten seconds for each kind of trouble: an attacker, or
 * a registry that is away, must not fill the log. What was held back is counted and told with the next. Thread-safe.
 */
final class Complaints {

    private static final Logger LOG = System.getLogger(Complaints.class.getName());
    private static final long PAUSE = Duration.ofSeconds(10).toNanos();

    private final TimeSource time;
    private final ErrorHandler handler;
    private final Map<String, Trouble> troubles = new HashMap<>();

    private static final class Trouble {
        long toldAt;
        long heldBack;
    }

    Complaints(TimeSource time, ErrorHandler handler) {
        this.time = time;
        this.handler = handler;
    }

    /** @param kind a word from a small fixed set; it stands for all complaints that share a pause */
    void complain(String kind, String what, Throwable cause) {
        long heldBack;
        synchronized (troubles) {
            Trouble trouble = troubles.get(kind);
            long now = time.nanoTime();
            if (trouble == null) {
                trouble = new Trouble();
                troubles.put(kind, trouble);
            } else if (now - trouble.toldAt < PAUSE) {
                trouble.heldBack++;
                return;
            }
            trouble.toldAt = now;
            heldBack = trouble.heldBack;
            trouble.heldBack = 0;
        }
        tell(heldBack == 0 ? what : what + " (and " + heldBack + " more of this kind since the last)", cause);
    }

    private void tell(String what, Throwable cause) {
        try {
            handler.onError(what, cause);
        } catch (RuntimeException e) {
            e.addSuppressed(cause);
            LOG.log(Level.ERROR, "The error handler failed, told of: " + what, e);
        }
    }
}
