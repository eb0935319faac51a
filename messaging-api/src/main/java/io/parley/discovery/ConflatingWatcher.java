package io.parley.discovery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Passes snapshots and errors on to a watcher in an executor, and conflates them: a slow watcher receives only the latest
 * snapshot before an error, the latest error, and the latest snapshot after it. A snapshot equal to the one before is dropped, unless an
 * error came in between. For resolvers, which feed it from any thread, and return it as their {@link ServiceResolver.Watch}.
 *
 * <p>At most one task is in the executor at a time, so that calls of the watcher do not overlap. No lock is held during a call. What
 * the watcher throws is logged.
 *
 * <p>Thread-safe.
 */
public final class ConflatingWatcher implements ServiceResolver.Watcher, ServiceResolver.Watch {

    private static final Logger LOG = System.getLogger(ConflatingWatcher.class.getName());

    private final String service;
    private final ServiceResolver.Watcher watcher;
    private final Executor executor;

    /** Guarded by this, as are those that follow. Passed on in this order. */
    private @Nullable List<Instance> snapshot;

    private @Nullable Exception error;
    private @Nullable List<Instance> snapshotAfterError;

    /** The last snapshot passed on; null before the first and after an error. */
    private @Nullable List<Instance> last;

    private boolean isScheduled;
    private boolean isClosed;

    /**
     * @param service names the service in the log
     * @param executor runs the calls; it may reject them, which drops them until the next snapshot or error
     */
    public ConflatingWatcher(String service, ServiceResolver.Watcher watcher, Executor executor) {
        this.service = service;
        this.watcher = watcher;
        this.executor = executor;
    }

    /** Passes on {@code instances}, which must be without duplicates. Does not block. */
    @Override
    public synchronized void onSnapshot(Collection<Instance> instances) {
        List<Instance> copy = List.copyOf(instances);
        if (error == null) {
            snapshot = copy;
        } else {
            snapshotAfterError = copy;
        }
        schedule();
    }

    /** Passes on {@code problem}. The next snapshot is passed on even if it is equal to the last one. Does not block. */
    @Override
    public synchronized void onError(Exception problem) {
        if (snapshotAfterError != null) {
            snapshot = snapshotAfterError;
            snapshotAfterError = null;
        }
        error = problem;
        schedule();
    }

    /** Ends the calls, except for one under way. */
    @Override
    public synchronized void close() {
        isClosed = true;
        snapshot = null;
        error = null;
        snapshotAfterError = null;
        last = null;
    }

    private void schedule() {
        if (isScheduled || isClosed) {
            return;
        }
        isScheduled = true;
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The resolver is being closed.
            isScheduled = false;
        }
    }

    private void run() {
        for (Runnable call = next(); call != null; call = next()) {
            try {
                call.run();
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        List<Instance> nextSnapshot = isClosed ? null : snapshot;
        snapshot = null;
        if (nextSnapshot != null && !isSameSet(nextSnapshot, last)) {
            last = nextSnapshot;
            return () -> watcher.onSnapshot(nextSnapshot);
        }
        Exception nextError = isClosed ? null : error;
        if (nextError != null) {
            last = null;
            error = null;
            snapshot = snapshotAfterError;
            snapshotAfterError = null;
            return () -> watcher.onError(nextError);
        }
        isScheduled = false;
        return null;
    }

    /** Compares without regard to order. Only instances at different positions are hashed, as that is expensive. */
    private static boolean isSameSet(List<Instance> one, @Nullable List<Instance> other) {
        if (other == null || one.size() != other.size()) {
            return false;
        }
        Set<Instance> onlyInOne = new HashSet<>();
        Set<Instance> onlyInOther = new HashSet<>();
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).equals(other.get(i))) {
                onlyInOne.add(one.get(i));
                onlyInOther.add(other.get(i));
            }
        }
        return onlyInOne.equals(onlyInOther);
    }
}
