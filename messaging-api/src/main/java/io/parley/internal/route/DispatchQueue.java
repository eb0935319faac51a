package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.failure.DeadlinePassedException;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.NotSentException;
import io.parley.failure.OverloadedException;
import io.parley.failure.PeerClosedException;
import io.parley.internal.lane.DeadlineSweep;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.WireMessage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages for one service to links, and has those wait that no link takes now. A message that waits fails at its deadline, or as soon
 * as no link can be expected.
 *
 * <p>{@link #offerAtOnce}, {@link #dispatch}, {@link #size} and {@link #isEmpty} are thread-safe, the rest is confined to the I/O context.
 */
final class DispatchQueue implements Retries.Ways {

    private final PeerContext core;
    private final String service;
    private final ServiceInstances instances;
    private final ServiceLinks links;
    private final DeadlineSweep deadlines;
    private final WaitQueue waiting;
    /** Messages on their way to those that wait. Thread-safe. */
    private final Queue<Dispatch> arrived = new ConcurrentLinkedQueue<>();

    /** Whether a message waits for want of memory in an outbox. */
    private volatile boolean lacksMemory;

    private boolean closed;

    DispatchQueue(
            PeerContext core, String service, ServiceInstances instances, ServiceLinks links, DeadlineSweep deadlines) {
        this.core = core;
        this.service = service;
        this.instances = instances;
        this.links = links;
        this.deadlines = deadlines;
        waiting = new WaitQueue(core.memory.waiting);
    }

    /**
     * Offers a message to the links that serve {@code channel} until one takes it.
     *
     * @return false if none has room just now, or others wait for that already
     */
    boolean offerAtOnce(
            ChannelName channel, WireMessage message, BiFunction<WireMessage, OutboundLink, Verdict> offer) {
        if (waiting.isAnybodyHere()) {
            return false;
        }
        return links.routes().to(channel).offer(message, channel, message.key(), offer) == Verdict.ACCEPTED;
    }

    /** Hands {@code outgoing} to a link with room, or has it wait for one, or fails it. */
    @Override
    public void dispatch(Dispatch outgoing) {
        links.want();
        if (outgoing.deadline.hasPassed()) {
            outgoing.fail(
                    new DeadlinePassedException("The deadline passed before anything was sent to " + outgoing.channel));
            return;
        }
        boolean queuesBehindOthers = outgoing.ifFull == Dispatch.IfFull.WAIT && waiting.isAnybodyHere();
        if (!queuesBehindOthers && settle(outgoing)) {
            return;
        }
        String refusal = waiting.reserve(outgoing, core.config.limits().maxWaiting());
        if (refusal != null) {
            outgoing.fail(
                    new OverloadedException("Too much waits already for an instance of " + service + ": " + refusal));
            return;
        }
        outgoing.onEnqueued();
        arrived.add(outgoing);
        core.port().execute(this::admit);
        if (core.isFinished()) {
            // The port may have dropped the task.
            failArrived();
        }
    }

    private void admit() {
        if (closed) {
            failArrived();
            return;
        }
        for (Dispatch outgoing = arrived.poll(); outgoing != null; outgoing = arrived.poll()) {
            outgoing.waitingSince = core.time.nanoTime();
            waiting.add(outgoing, this::isSettled);
        }
        if (!waiting.isEmpty()) {
            links.wake();
            deadlines.arm();
        }
    }

    /** Runs in any thread, once this peer is at its end. */
    private void failArrived() {
        for (Dispatch outgoing = arrived.poll(); outgoing != null; outgoing = arrived.poll()) {
            outgoing.fail(closedException());
        }
    }

    private boolean isSettled(Dispatch outgoing) {
        return outgoing.isAbandoned() || settle(outgoing);
    }

    /** Tries all links; true if {@code outgoing} is settled, for good or ill. */
    private boolean settle(Dispatch outgoing) {
        try {
            return switch (attempt(outgoing)) {
                case ACCEPTED -> true;
                case NO_CREDIT -> outgoing.ifFull == Dispatch.IfFull.FAIL && failFull(outgoing);
                case NO_MEMORY -> onNoMemory(outgoing);
                case CREDIT_ASKED, CLOSED -> false;
            };
        } catch (MessagingException e) {
            outgoing.fail(e);
            return true;
        }
    }

    private Verdict attempt(Dispatch outgoing) {
        Routes routes = links.routes();
        if (outgoing.target() != 0) {
            for (OutboundLink link : routes.all()) {
                if (link.incarnation() == outgoing.target()) {
                    return outgoing.offerTo(link);
                }
            }
            return Verdict.CLOSED;
        }
        return routes.to(outgoing.channel).offer(outgoing, outgoing.channel, outgoing.key(), Dispatch::offerTo);
    }

    @Override
    public boolean offerToOthers(Dispatch outgoing, @Nullable OutboundLink not) {
        try {
            Route route = links.routes().to(outgoing.channel);
            return route.offerExcept(outgoing, outgoing.channel, outgoing.key(), link -> link == not, Dispatch::offerTo)
                    == Verdict.ACCEPTED;
        } catch (MessagingException e) {
            outgoing.fail(e);
            return true;
        }
    }

    /** Room may come from anywhere, so it is looked for whenever deadlines are looked at. */
    private boolean onNoMemory(Dispatch outgoing) {
        lacksMemory = true;
        if (outgoing.ifFull == Dispatch.IfFull.WAIT) {
            return false;
        }
        core.memory.outgoing.refused("A message on " + outgoing.channel + " was not sent");
        outgoing.fail(new OverloadedException("Too much waits to be read by instances of " + service
                + ", by one of them or by all receivers together: " + core.memory.outgoing.describe()));
        return true;
    }

    private boolean failFull(Dispatch outgoing) {
        links.wakeResting();
        outgoing.fail(new OverloadedException(
                "No credit: every instance of " + service + " has granted as much as it takes"));
        return true;
    }

    /** Tries those that wait, as there may be a link or room for them. */
    void retry() {
        waiting.retry(this::isSettled);
    }

    /** Fails what has waited beyond its deadline, or in vain. */
    void sweep() {
        if (lacksMemory) {
            lacksMemory = false;
            retry();
        }
        waiting.sweep(outgoing -> {
            if (outgoing.isAbandoned()) {
                return true;
            }
            if (outgoing.deadline.hasPassed()) {
                outgoing.fail(waitedTooLong(outgoing));
                return true;
            }
            // A message that may wait for a link only does not wait for room, even where others before it do.
            boolean impatient = outgoing.ifFull == Dispatch.IfFull.FAIL && links.size() > 0;
            return (impatient && settle(outgoing)) || failHopeless(outgoing);
        });
    }

    private NotSentException waitedTooLong(Dispatch outgoing) {
        return links.size() > 0 && outgoing.target() == 0
                ? new OverloadedException("No instance of " + service + " had room within the time limit")
                : new NoInstanceException(
                        "No instance of " + service + " could be reached within the time limit" + instances.describe());
    }

    /** Fails a message for which no link can be expected soon; true if it did. */
    private boolean failHopeless(Dispatch outgoing) {
        boolean patient = core.time.nanoTime() - outgoing.waitingSince
                < core.config.limits().instanceTimeout().toNanos();
        if (patient || !instances.isListed()) {
            return false;
        }
        if (outgoing.target() != 0 && !instances.has(outgoing.target())) {
            outgoing.fail(new NoInstanceException("The instance of " + service + " that was meant is gone"));
            return true;
        }
        if (links.size() > 0 || links.hasHope()) {
            return false;
        }
        outgoing.fail(new NoInstanceException(
                instances.shown().isEmpty()
                        ? "No instance of " + service + " is known"
                        : "No instance of " + service + " can be reached" + instances.describe()));
        return true;
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether nothing waits, nor is on its way to those that do. */
    boolean isNothingOnTheWay() {
        return waiting.isEmpty() && arrived.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    @Override
    public boolean isUsable(OutboundLink link) {
        return link.isReady();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void armSweep() {
        deadlines.arm();
    }

    /** Takes nothing more from now on. {@link #close} follows once the links have ended. */
    void stop() {
        closed = true;
    }

    /** Fails what waits. */
    void close() {
        waiting.takeAll().forEach(outgoing -> outgoing.fail(closedException()));
        failArrived();
    }

    private PeerClosedException closedException() {
        return new PeerClosedException("Peer " + core.name + " was closed");
    }
}
