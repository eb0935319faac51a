package io.parley.discovery.local;

import io.parley.discovery.ConflatingWatcher;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One watch of a service. Passes on the first of several failures in a row, and what the scan has found anew. Thread-safe; its looks
 * come one after the other.
 */
final class DirectoryWatch implements ServiceResolver.Watch {

    private final String service;
    private final ConflatingWatcher watcher;
    private final Consumer<DirectoryWatch> onClosed;

    /** Confined to the thread that looks, as is {@link #isFailing}. */
    private @Nullable List<Instance> latest;

    private boolean isFailing;

    DirectoryWatch(
            String service, ServiceResolver.Watcher watcher, Executor executor, Consumer<DirectoryWatch> onClosed) {
        this.service = service;
        this.watcher = new ConflatingWatcher(service, watcher, executor);
        this.onClosed = onClosed;
    }

    String service() {
        return service;
    }

    @Override
    public void close() {
        watcher.close();
        onClosed.accept(this);
    }

    /** @param live the same list as before if nothing changed */
    @SuppressWarnings("ReferenceEquality") // The conflating watcher drops another list with the same content.
    void onLive(List<Instance> live) {
        if (live != latest) {
            latest = live;
            isFailing = false;
            watcher.onSnapshot(live);
        }
    }

    void onProblem(DiscoveryException failure) {
        if (!isFailing) {
            isFailing = true;
            latest = null;
            watcher.onError(failure);
        }
    }
}
