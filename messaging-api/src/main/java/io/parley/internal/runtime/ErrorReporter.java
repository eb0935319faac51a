package io.parley.internal.runtime;

import io.parley.ErrorHandler;
import io.parley.internal.convert.ThrowableText;
import io.parley.text.PlainText;
import io.parley.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells the application's error handler what went wrong, at most once every ten seconds for each kind of trouble: an attacker, or
 * a registry that is away, must not fill the log. What was held back is counted and told with the next. Thread-safe.
 */
public final class ErrorReporter {

    private static final Logger LOG = System.getLogger(ErrorReporter.class.getName());
    private static final long PAUSE = Duration.ofSeconds(10).toNanos();
    private static final int REMEMBERED = 20;

    private final TimeSource time;
    private final ErrorHandler handler;
    private final Map<String, Trouble> troubles = new HashMap<>();
    /** The latest ones, the last one first. Guarded by {@link #troubles}. */
    private final ArrayDeque<Told> latest = new ArrayDeque<>();

    /** What was told, and when. Immutable. */
    public record Told(Instant at, String what, String cause) {}

    private static final class Trouble {
        long toldAt;
        long heldBack;
    }

    ErrorReporter(TimeSource time, ErrorHandler handler) {
        this.time = time;
        this.handler = handler;
    }

    /** As {@link #report(String, String, Throwable)}, of what has no other cause than {@code what} says. */
    public void report(String kind, String what) {
        report(kind, what, new IllegalStateException(PlainText.of(what)));
    }

    /**
     * Complains, unless the pause of this kind is not over.
     *
     * @param kind a word from a small fixed set; it stands for all complaints that share a pause
     * @param said what happened, which may quote a stranger: it is made harmless here
     * @param cause handed on as it is; one made here of what a stranger said must be harmless already
     * @return whether the error handler was told; if not, the complaint was held back
     */
    public boolean report(String kind, String said, Throwable cause) {
        String what = PlainText.of(said);
        long heldBack;
        synchronized (troubles) {
            Trouble trouble = troubles.get(kind);
            long now = time.nanoTime();
            if (trouble == null) {
                trouble = new Trouble();
                troubles.put(kind, trouble);
            } else if (now - trouble.toldAt < PAUSE) {
                trouble.heldBack++;
                return false;
            }
            trouble.toldAt = now;
            heldBack = trouble.heldBack;
            trouble.heldBack = 0;
            if (latest.size() == REMEMBERED) {
                latest.removeLast();
            }
            latest.addFirst(new Told(time.wallClock(), what, ThrowableText.describe(cause)));
        }
        callHandler(heldBack == 0 ? what : what + " (and " + heldBack + " more of this kind since the last)", cause);
        return true;
    }

    /** What was complained of, the last first; of what was held back there is nothing. */
    public List<Told> latest() {
        synchronized (troubles) {
            return List.copyOf(latest);
        }
    }

    private void callHandler(String what, Throwable cause) {
        try {
            handler.onError(what, cause);
        } catch (Throwable e) {
            logFailure(what, cause, e);
        }
    }

    /** As text only: a logger asks an exception for its message and its causes, which may be what fails. */
    private static void logFailure(String what, Throwable cause, Throwable failure) {
        try {
            LOG.log(
                    Level.ERROR,
                    PlainText.of("The error handler failed with " + ThrowableText.describe(failure) + ", told of: "
                            + what + " (" + ThrowableText.describe(cause) + ")"));
        } catch (Throwable e) {
            // A log that cannot be written has nobody to be told to, and must not end the thread that wanted to tell
            // something.
            return;
        }
    }
}
