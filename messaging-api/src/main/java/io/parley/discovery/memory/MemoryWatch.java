package io.parley.discovery.memory;

import io.parley.discovery.Instance;
import io.parley.discovery.Membership;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What one watcher knows and what it has still to be told. Errors are told one by one; of several changes only what came of
 * them. Its fields are guarded by the registry's lock; the watcher is called in the pool, outside the lock, and
 * by one task at a time, which keeps the calls one after the other.
 */
final class MemoryWatch implements Membership.Watch {

    private static final Logger LOG = System.getLogger(MemoryWatch.class.getName());

    final MemoryMembership owner;
    final String service;
    boolean closed;

    private final InMemoryDiscovery registry;
    private final Membership.Watcher watcher;
    private final Queue<Exception> problems = new ArrayDeque<>();
    private @Nullable Set<Instance> told;
    private boolean scheduled;

    MemoryWatch(InMemoryDiscovery registry, MemoryMembership owner, String service, Membership.Watcher watcher) {
        this.registry = registry;
        this.owner = owner;
        this.service = service;
        this.watcher = watcher;
    }

    @Override
    public void close() {
        registry.close(this);
    }

    /** Called under the registry's lock. */
    void changed(@Nullable Exception problem) {
        if (problem != null) {
            problems.add(problem);
            told = null;
        }
        if (!scheduled && !closed) {
            scheduled = true;
            try {
                owner.pool.execute(this::tellAll);
            } catch (RejectedExecutionException e) {
                // The membership is being closed, and this watch with it.
                scheduled = false;
            }
        }
    }

    /**
     * Called under the registry's lock.
     *
     * @param snapshot what there is now, or null if the registry cannot be read
     */
    @Nullable
    News takeNews(InMemoryDiscovery.@Nullable Snapshot snapshot) {
        Exception problem = closed ? null : problems.poll();
        if (problem != null) {
            return new News(problem, List.of());
        }
        if (closed || snapshot == null || snapshot.set().equals(told)) {
            scheduled = false;
            return null;
        }
        told = snapshot.set();
        return new News(null, snapshot.instances());
    }

    private void tellAll() {
        News news;
        while ((news = registry.next(this)) != null) {
            try {
                if (news.problem != null) {
                    watcher.onError(news.problem);
                } else {
                    watcher.onSnapshot(news.instances);
                }
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "A watcher of " + service + " failed", e);
            }
        }
    }

    /** An error or a snapshot. */
    record News(@Nullable Exception problem, List<Instance> instances) {}
}
