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
    /** To be told in this order. */
    private @Nullable List<Instance> news;

    private @Nullable DiscoveryException problem;
    private @Nullable List<Instance> newsAfterProblem;
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
        if (problem == null) {
            news = instances;
        } else {
            newsAfterProblem = instances;
        }
        schedule();
    }

    /** What was told before has to be told again afterwards. */
    synchronized void onProblem(DiscoveryException latest) {
        if (newsAfterProblem != null) {
            news = newsAfterProblem;
            newsAfterProblem = null;
        }
        problem = latest;
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
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        List<Instance> next = news;
        news = null;
        if (!isEnded && next != null && !Set.copyOf(next).equals(told)) {
            told = Set.copyOf(next);
            return () -> watcher.onSnapshot(next);
        }
        DiscoveryException nextProblem = problem;
        if (!isEnded && nextProblem != null) {
            told = null;
            problem = null;
            news = newsAfterProblem;
            newsAfterProblem = null;
            return () -> watcher.onError(nextProblem);
        }
        isScheduled = false;
        return null;
    }
}
