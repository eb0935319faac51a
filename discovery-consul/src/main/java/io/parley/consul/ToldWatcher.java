package io.parley.consul;

import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import io.parley.environment.Pool;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One watcher, what it was told, and what it has still to be told: of several changes only what came of them. It is called in the
 * membership's pool, with no lock held.
 *
 * <p>Thread-safe.
 */
final class ToldWatcher {

    private static final Logger LOG = System.getLogger(ConsulDiscovery.class.getName());

    private final String service;
    private final Membership.Watcher watcher;
    private final Pool pool;
    private @Nullable DiscoveryException problem;
    private @Nullable List<Instance> news;
    private @Nullable Set<Instance> told;
    private boolean isScheduled;
    private boolean isEnded;

    /** @param pool runs one task at a time */
    ToldWatcher(String service, Membership.Watcher watcher, Pool pool) {
        this.service = service;
        this.watcher = watcher;
        this.pool = pool;
    }

    synchronized void onKnown(List<Instance> instances) {
        news = instances;
        schedule();
    }

    /** What was told before has to be told again afterwards. */
    synchronized void onProblem(DiscoveryException problem) {
        this.problem = problem;
        news = null;
        schedule();
    }

    /** It is not called any more, save for a call under way. */
    synchronized void end() {
        isEnded = true;
    }

    private void schedule() {
        if (isScheduled || isEnded) {
            return;
        }
        isScheduled = true;
        try {
            pool.execute(this::tellAll);
        } catch (RejectedExecutionException e) {
            // The membership is being closed, and this with it.
            isScheduled = false;
        }
    }

    private void tellAll() {
        for (Runnable call = next(); call != null; call = next()) {
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        DiscoveryException nextProblem = problem;
        List<Instance> nextNews = news;
        problem = null;
        if (!isEnded && nextProblem != null) {
            told = null;
            return () -> watcher.onError(nextProblem);
        }
        news = null;
        if (!isEnded && nextNews != null && !Set.copyOf(nextNews).equals(told)) {
            told = Set.copyOf(nextNews);
            return () -> watcher.onSnapshot(nextNews);
        }
        isScheduled = false;
        return null;
    }
}
