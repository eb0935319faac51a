package io.parley.internal.engine;

import io.parley.environment.Pool;
import io.parley.failure.PeerFailedException;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.dispatch.ExitingHandlers;
import io.parley.internal.lane.BlockingWait;
import io.parley.internal.lane.CompletionBatch;
import io.parley.internal.link.BulkPort;
import io.parley.internal.link.InboundLinks;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.route.Mesh;
import io.parley.internal.route.Probes;
import io.parley.internal.runtime.FailureShutdown;
import io.parley.internal.runtime.HandlingContext;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.survey.Surveys;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The end of a peer, in order: no new work, word to registry and links, time for what is under way, and then the rest, whether or
 * not everything got done. Thread-safe.
 */
final class Shutdown implements FailureShutdown.Takeover {

    private static final Duration LOOK = Duration.ofMillis(2);
    private static final Duration FLUSH = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** How often it looks whether a handler has ended the process. */
    private static final long LOOK_FOR_EXIT_NANOS = 100_000_000;

    private final PeerContext core;
    private final BulkPort bulk;
    private final Mesh mesh;
    private final Probes probes;
    private final InboundLinks inbound;
    private final PublishBuffer publications;
    private final Surveys surveys;
    private final PublisherFeeds feeds;
    private final AtomicReference<@Nullable CompletableFuture<Void>> begun = new AtomicReference<>();

    private final AtomicBoolean lettingGo = new AtomicBoolean();
    /** Completes when all is let go of, before {@link #close}'s stages do. Nothing of the application hangs on it. */
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** Completes after {@link #close}'s stages: what the application does then may take long, or end the process. */
    private final CompletableFuture<Void> endTold = new CompletableFuture<>();
    /** In place of what a call of {@link #close} makes, where there is none. */
    private final CompletableFuture<Void> superseded = new CompletableFuture<>();

    /** Handlers that wait in {@link #closeAndWait}: what they handle is not waited for. */
    private final AtomicInteger closingHandlers = new AtomicInteger();

    /** Handlers that wait for the end of the process, as far as is known. Confined to the I/O context, as is what follows. */
    private int exitingHandlers;

    private long lookedForExitAt;

    Shutdown(
            PeerContext core,
            BulkPort bulk,
            Mesh mesh,
            Probes probes,
            InboundLinks inbound,
            PublishBuffer publications,
            Surveys surveys,
            PublisherFeeds feeds) {
        this.core = core;
        this.bulk = bulk;
        this.mesh = mesh;
        this.probes = probes;
        this.inbound = inbound;
        this.publications = publications;
        this.surveys = surveys;
        this.feeds = feeds;
    }

    /** The peer could not open: lets go of what is there. */
    void abort() {
        core.finish();
        if (core.isBound()) {
            core.port().close(Duration.ZERO);
        }
        bulk.close(Duration.ZERO);
        closePools();
    }

    /** Closes and waits for the end, deaf to interrupts. A handler that calls this is itself not waited for. */
    void closeAndWait(Duration limit) {
        boolean isHandler = HandlingContext.isWithinHandlerOf(core);
        if (isHandler) {
            closingHandlers.incrementAndGet();
            CompletionBatch.current().flush();
        }
        try {
            BlockingWait.join(close(limit));
        } finally {
            if (isHandler) {
                closingHandlers.decrementAndGet();
            }
        }
    }

    CompletableFuture<Void> close(Duration limit) {
        var done = new CompletableFuture<Void>();
        CompletableFuture<Void> other = begun.compareAndExchange(null, done);
        if (other != null) {
            return other.copy();
        }
        Deadline deadline = Deadline.after(limit, core.time);
        core.closing(deadline);
        core.port().execute(() -> {
            long millis = core.millisToClose();
            mesh.goAway(millis);
            inbound.goAway(millis);
            feeds.close();
        });
        withdraw();
        lookedForExitAt = core.time.nanoTime();
        awaitIdle(deadline, done);
        // Somebody may block the I/O context, or the transport may have failed: then nothing above ever happens.
        var guard = core.time.schedule(deadline.remaining().plus(GRACE), () -> letGo(done, false));
        done.thenRun(guard::cancel);
        return done.copy();
    }

    /** An interrupt of the thread that closes is none of the registry's: files and connections would fail by it. */
    private void withdraw() {
        boolean interrupted = Thread.interrupted();
        try {
            quietly("withdraw", mesh::withdraw);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void awaitIdle(Deadline deadline, CompletableFuture<Void> done) {
        core.port().execute(() -> {
            if (isIdle()) {
                letGo(done, true);
            } else if (deadline.hasPassed()) {
                reportGivenUp();
                letGo(done, true);
            } else {
                core.time.schedule(LOOK, () -> awaitIdle(deadline, done));
            }
        });
    }

    /** The senders of what is given up learn of it by the ends of their links; this is for whoever closes. */
    private void reportGivenUp() {
        long inHand = core.inHand.count();
        String what = "Peer " + core.name + " closed at its limit: "
                + (inHand > 0
                        ? "messages that it had in hand and gave up: " + inHand
                        : "not all that it sent is known to have arrived");
        core.complaints.report("close at the limit", what);
    }

    private boolean isIdle() {
        return isNothingInHand() && mesh.isIdle() && inbound.isIdle() && publications.isEmpty();
    }

    /** Whether all handlers have returned, but those that wait for this end themselves. */
    private boolean isNothingInHand() {
        if (core.isNothingInHandBut((long) closingHandlers.get() + exitingHandlers)) {
            return true;
        }
        long now = core.time.nanoTime();
        if (now - lookedForExitAt >= LOOK_FOR_EXIT_NANOS) {
            lookedForExitAt = now;
            exitingHandlers = ExitingHandlers.count(core.ownHandlerThreads());
        }
        return false;
    }

    /**
     * The port must be closed from outside its context. What hangs on it ends before, in the context; or after, if that does not
     * answer.
     */
    private void letGo(CompletableFuture<Void> done, boolean orderly) {
        if (!lettingGo.compareAndSet(false, true)) {
            return;
        }
        core.finish();
        if (orderly) {
            endAll(true);
        }
        Pool closer = core.environment.openPool("parley-closer-" + core.name.instance(), 1);
        closer.execute(() -> {
            quietly("close the port", () -> core.port().close(FLUSH));
            quietly("close the port for what is large", () -> bulk.close(Duration.ZERO));
            if (!orderly) {
                endAll(false);
            }
            closePools();
            closer.close();
            ended.complete(null);
            done.complete(null);
            endTold.complete(null);
        });
    }

    /** Completes when all is let go of, exceptionally if that was not asked for. */
    CompletableFuture<Void> whenEnded() {
        var told = new CompletableFuture<Void>();
        (ended.isDone() ? ended : endTold).whenComplete((nothing, failure) -> {
            if (failure == null) {
                told.complete(null);
            } else {
                told.completeExceptionally(failure);
            }
        });
        return told;
    }

    @Override
    public void supersede() {
        core.finish();
        lettingGo.set(true);
        begun.compareAndSet(null, superseded);
    }

    @Override
    public void endFailed(Throwable cause) {
        var failure = new PeerFailedException(
                "Peer " + core.name + " closed by itself: " + ThrowableText.describe(cause), cause);
        ended.completeExceptionally(failure);
        CompletableFuture<Void> done = begun.get();
        if (done != null) {
            // Before the application is told: it may end the process, and then wait for this in a shutdown hook.
            done.complete(null);
        }
        endTold.completeExceptionally(failure);
    }

    private void endAll(boolean orderly) {
        if (orderly) {
            quietly("say goodbye to subscribers", publications::sayGoodbye);
        }
        quietly("end surveys", surveys::close);
        quietly("end probes", () -> probes.close(orderly));
        quietly("leave the mesh", () -> mesh.close(orderly));
        quietly("end links", () -> inbound.close(orderly));
        if (orderly) {
            quietly("end feeds", feeds::close);
        }
    }

    void closePools() {
        core.pool.close();
        core.answers.close();
        core.aside.close();
        core.time.close();
    }

    /** Whatever a plug-in throws, the rest of the end still comes. */
    private void quietly(String what, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            core.complaints.report("close", "Peer " + core.name + " failed to " + what, e);
        }
    }
}
