package io.parley.discovery.directory;

import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one watcher was told and has still to be told: of several changes only what came of them. One task at a time calls the
 * watcher, which keeps the calls one after the other, and no lock is held meanwhile. Thread-safe.
 */
final class DirectoryWatch implements Membership.Watch {

    private static final Logger LOG = System.getLogger(LocalDirectoryDiscovery.class.getName());

    private final String service;
    private final Membership.Watcher watcher;
    private final Executor pool;
    private final Consumer<DirectoryWatch> onClosed;
    private @Nullable List<Instance> latest;
    private @Nullable DiscoveryException problem;
    private @Nullable Set<Instance> told;
    private boolean failing;
    private boolean scheduled;
    private boolean ended;

    DirectoryWatch(String service, Membership.Watcher watcher, Executor pool, Consumer<DirectoryWatch> onClosed) {
        this.service = service;
        this.watcher = watcher;
        this.pool = pool;
        this.onClosed = onClosed;
    }

    String service() {
        return service;
    }

    @Override
    public void close() {
        synchronized (this) {
            ended = true;
        }
        onClosed.accept(this);
    }

    /** @param live the same list as before if nothing changed */
    @SuppressWarnings("ReferenceEquality") // Another list with the same content is found out when it is told.
    synchronized void offer(List<Instance> live) {
        if (live != latest) {
            latest = live;
            failing = false;
            schedule();
        }
    }

    /** Of failures in a row only the first is told. */
    synchronized void offer(DiscoveryException failure) {
        if (!failing) {
            failing = true;
            problem = failure;
            latest = null;
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled && !ended) {
            scheduled = true;
            try {
                pool.execute(this::tellAll);
            } catch (RejectedExecutionException e) {
                // The membership is being closed, and this watch with it.
                scheduled = false;
            }
        }
    }

    private void tellAll() {
        Runnable call;
        while ((call = next()) != null) {
            try {
                call.run();
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        DiscoveryException failure = problem;
        List<Instance> live = latest;
        if (!ended && failure != null) {
            problem = null;
            told = null;
            return () -> watcher.onError(failure);
        }
        if (!ended && live != null) {
            Set<Instance> set = Set.copyOf(live);
            if (!set.equals(told)) {
                told = set;
                return () -> watcher.onSnapshot(live);
            }
        }
        scheduled = false;
        return null;
    }
}
