package io.parley.internal;

import io.parley.environment.Pool;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The end of a peer, in order: no new work, word to registry and links, time for what is under way, and then the rest, whether or
 * not everything got done. Thread-safe.
 */
final class Closing {

    private static final Duration LOOK = Duration.ofMillis(2);
    private static final Duration FLUSH = Duration.ofMillis(500);

    private final Core core;
    private final Mesh mesh;
    private final InboundLinks inbound;
    private final Publications publications;
    private final Surveys surveys;
    private final Feeds feeds;
    private final AtomicReference<@Nullable CompletableFuture<Void>> begun = new AtomicReference<>();

    private volatile boolean finished;

    Closing(Core core, Mesh mesh, InboundLinks inbound, Publications publications, Surveys surveys, Feeds feeds) {
        this.core = core;
        this.mesh = mesh;
        this.inbound = inbound;
        this.publications = publications;
        this.surveys = surveys;
        this.feeds = feeds;
    }

    /** Nothing happens any more. */
    boolean isFinished() {
        return finished;
    }

    /** The peer could not open: lets go of what is there. */
    void abort() {
        core.closing();
        finished = true;
        if (core.isBound()) {
            core.port().close(Duration.ZERO);
        }
        core.pool.close();
    }

    CompletableFuture<Void> close(Duration limit) {
        var done = new CompletableFuture<Void>();
        CompletableFuture<Void> other = begun.compareAndExchange(null, done);
        if (other != null) {
            return other.copy();
        }
        core.closing();
        Deadline deadline = Deadline.after(limit, core.time);
        core.port().execute(() -> {
            mesh.goAway(limit.toMillis());
            inbound.goAway(limit.toMillis());
        });
        mesh.withdraw();
        awaitIdle(deadline, done);
        return done.copy();
    }

    private void awaitIdle(Deadline deadline, CompletableFuture<Void> done) {
        core.port().execute(() -> {
            if (deadline.hasPassed() || isIdle()) {
                letGo(done);
            } else {
                core.time.schedule(LOOK, () -> awaitIdle(deadline, done));
            }
        });
    }

    private boolean isIdle() {
        return core.inHand.get() == 0 && mesh.isIdle() && inbound.isIdle() && publications.isEmpty();
    }

    /** In the I/O context; the port itself must be closed from elsewhere. */
    private void letGo(CompletableFuture<Void> done) {
        finished = true;
        surveys.close();
        mesh.close();
        inbound.close();
        feeds.close();
        Pool closer = core.settings.environment().openPool("parley-closer-" + core.name.instance(), 1);
        closer.execute(() -> {
            try {
                core.port().close(FLUSH);
            } catch (RuntimeException e) {
                core.complaints.complain("close", "The port of " + core.name + " did not close cleanly", e);
            } finally {
                core.pool.close();
                closer.close();
                done.complete(null);
            }
        });
    }
}
