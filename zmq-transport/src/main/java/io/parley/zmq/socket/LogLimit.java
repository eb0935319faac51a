package io.parley.zmq.socket;

import io.parley.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Logs at most once every ten seconds for each kind of message, with the number of those held back. Never throws: when memory is scarce,
 * a line is lost rather than the thread that wanted to write it.
 *
 * <p>Thread-safe.
 */
final class LogLimit {

    private static final long PAUSE = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final TimeSource time;
    private final Map<String, Count> counts = new HashMap<>();
    private volatile long lost;

    private static final class Count {
        long loggedAt;
        long heldBack;
    }

    LogLimit(Logger log, TimeSource time) {
        this.log = log;
        this.time = time;
    }

    /** @param what stands for its kind as well: one of a small fixed set */
    void log(Level level, String what, Throwable cause) {
        try {
            long heldBack = begin(what);
            if (heldBack >= 0) {
                log.log(level, heldBack == 0 ? what : what + " (and " + heldBack + " more times before)", cause);
            }
        } catch (Throwable e) {
            lost = lost + 1;
        }
    }

    /** Returns how many were held back before this one, or -1 if it is to be held back itself. */
    private synchronized long begin(String what) {
        long now = time.nanoTime();
        Count count = counts.get(what);
        if (count == null) {
            count = new Count();
            counts.put(what, count);
        } else if (now - count.loggedAt < PAUSE) {
            count.heldBack++;
            return -1;
        }
        long heldBack = count.heldBack;
        count.heldBack = 0;
        count.loggedAt = now;
        return heldBack;
    }
}
