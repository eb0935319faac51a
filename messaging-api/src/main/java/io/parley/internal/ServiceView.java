package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.discovery.Membership.Watch;
import io.parley.discovery.Membership.Watcher;
import io.parley.failure.DeadlinePassedException;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.NotSentException;
import io.parley.failure.OverloadedException;
import io.parley.failure.PeerClosedException;
import io.parley.internal.Outbox.Verdict;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One service as this peer sees it: its instances as the registry tells, the links to them, and the messages that wait for one.
 *
 * <p>{@link #dispatch}, {@link #instances} and {@link #isReachable} are thread-safe, the rest is confined to the I/O context.
 */
final class ServiceView implements Watcher, OutboundLink.Owner, Retries.Ways {

    private final Core core;
    private final String service;
    private final Balancing balancing;
    private final Claims claims;
    private final UnusableInstances unusable;
    private final Outliers outliers;
    private final Dialler dialler;
    private final InstancesListener listener;
    private final UnawaitedAnswers unawaited;
    private final DeadlineSweep deadlines;
    private final Retries retries;
    private final ReturnedOneWays oneWays;
    private final Waiting waiting;
    /** On the way to those who wait. Thread-safe. */
    private final Queue<Outgoing> arrived = new ConcurrentLinkedQueue<>();

    /** As the registry tells, and what it leaves out as they have told themselves. */
    private volatile List<Instance> instances = List.of();

    /** As the registry tells. Confined to the I/O context. */
    private final KnownInstances registered;

    private volatile boolean known;
    /** Whether somebody waits for want of memory in an outbox. */
    private volatile boolean lacksMemory;

    private boolean closed;
    private volatile Routes routes;
    private final Object changes = new Object();
    private @Nullable Watch watch;
    private @Nullable Consumer<OutboundLink> announcement;

    /** How one service looks at one moment. Immutable. */
    record State(String service, int waiting, List<Instance> instances) {}

    ServiceView(
            LinkContext links,
            String service,
            InstancesListener listener,
            UnawaitedAnswers unawaited,
            DeadlineSweep deadlines) {
        core = links.core;
        this.service = service;
        waiting = new Waiting(core.memory.waiting);
        this.listener = listener;
        this.unawaited = unawaited;
        this.deadlines = deadlines;
        balancing = new Balancing(core, service);
        claims = new Claims(core);
        outliers = new Outliers(core, this::onLinksChanged);
        unusable = new UnusableInstances(core);
        registered = new KnownInstances(service, claims, unusable);
        dialler = new Dialler(links, this, registered::dialled, claims, unusable);
        routes = Routes.none(balancing);
        retries = new Retries(core, this, this::accepted);
        oneWays = unawaited.returnedOneWays(retries);
    }

    private long accepted() {
        return dialler.all().stream().mapToLong(link -> link.outbox.accepted()).sum();
    }

    void watchWith(Watch watch) {
        this.watch = watch;
    }

    /** Announces this peer to each instance of this service, as soon as there is a link to it. From any thread. */
    void announceWith(Consumer<OutboundLink> announcement) {
        core.port().execute(() -> {
            this.announcement = announcement;
            dialler.wake();
            announce();
        });
        wantLinks();
    }

    /** Announces this peer to them anew. */
    void announce() {
        Consumer<OutboundLink> ours = announcement;
        if (ours != null) {
            dialler.usable().forEach(ours);
        }
    }

    /** The instances as they are known. */
    List<Instance> instances() {
        return instances;
    }

    /** Whether a link is ready to an instance that announces {@code channel}, or that does not tell what it serves. */
    boolean isReachable(ChannelName channel) {
        for (OutboundLink link : routes.to(channel).links()) {
            var channels = link.instance().channels();
            if (link.isReady() && (channels.isEmpty() || channels.containsKey(channel))) {
                return true;
            }
        }
        return false;
    }

    /** Whether an instance announces {@code channel}. */
    boolean isAnnounced(ChannelName channel) {
        return instances.stream().anyMatch(instance -> instance.channels().containsKey(channel));
    }

    /** Waits until something about the instances or links changes, but not for longer than this. */
    void awaitChange(long nanos) throws InterruptedException {
        synchronized (changes) {
            changes.wait(nanos / 1_000_000 + 1);
        }
    }

    int linksUp() {
        return routes.size();
    }

    /** Begins to hold links to all instances, if it does not yet. From any thread. */
    void wantLinks() {
        if (!dialler.isWanted()) {
            core.port().execute(() -> {
                dialler.want();
                dialler.dialMissing(registered.dialled());
            });
        }
    }

    /** Begins to hold links to the instances of which the registry does not tell all that a subscriber needs. From any thread. */
    void wantAcquaintance() {
        core.port().execute(() -> {
            dialler.wantAcquaintance();
            dialler.dialMissing(registered.dialled());
        });
    }

    /**
     * Offers a message to the links that serve {@code channel} until one takes it. From any thread.
     *
     * @return false if none has room just now, or others wait for that already
     */
    boolean offerAtOnce(
            ChannelName channel, WireMessage message, BiFunction<WireMessage, OutboundLink, Verdict> offer) {
        if (waiting.isAnybodyHere()) {
            return false;
        }
        return routes.to(channel).offer(message, channel, message.key(), offer) == Verdict.ACCEPTED;
    }

    /** Hands {@code outgoing} to a link with room, or has it wait for one, or fails it. From any thread. */
    @Override
    public void dispatch(Outgoing outgoing) {
        wantLinks();
        if (outgoing.deadline.hasPassed()) {
            outgoing.fail(
                    new DeadlinePassedException("The deadline passed before anything was sent to " + outgoing.channel));
            return;
        }
        boolean queuesBehindOthers = outgoing.ifFull == Outgoing.IfFull.WAIT && waiting.isAnybodyHere();
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
        for (Outgoing outgoing = arrived.poll(); outgoing != null; outgoing = arrived.poll()) {
            outgoing.waitingSince = core.time.nanoTime();
            waiting.add(outgoing, this::isSettled);
        }
        if (!waiting.isEmpty()) {
            dialler.wake();
            deadlines.arm();
        }
    }

    /** From any thread, once this peer is at its end. */
    private void failArrived() {
        for (Outgoing outgoing = arrived.poll(); outgoing != null; outgoing = arrived.poll()) {
            outgoing.fail(closedException());
        }
    }

    private boolean isSettled(Outgoing outgoing) {
        return outgoing.isAbandoned() || settle(outgoing);
    }

    /** Tries all links; true if {@code outgoing} is settled, for good or ill. */
    private boolean settle(Outgoing outgoing) {
        try {
            return switch (attempt(outgoing)) {
                case ACCEPTED -> true;
                case NO_CREDIT -> outgoing.ifFull == Outgoing.IfFull.FAIL && failFull(outgoing);
                case NO_MEMORY -> onNoMemory(outgoing);
                case CREDIT_ASKED, CLOSED -> false;
            };
        } catch (MessagingException e) {
            outgoing.fail(e);
            return true;
        }
    }

    private Verdict attempt(Outgoing outgoing) {
        Routes routes = this.routes;
        if (outgoing.target() != 0) {
            for (OutboundLink link : routes.all()) {
                if (link.incarnation() == outgoing.target()) {
                    return outgoing.offerTo(link);
                }
            }
            return Verdict.CLOSED;
        }
        return routes.to(outgoing.channel).offer(outgoing, outgoing.channel, outgoing.key(), Outgoing::offerTo);
    }

    /** Room may come from anywhere, so it is looked for whenever deadlines are looked at. */
    private boolean onNoMemory(Outgoing outgoing) {
        lacksMemory = true;
        if (outgoing.ifFull == Outgoing.IfFull.WAIT) {
            return false;
        }
        core.memory.outgoing.refused("A message on " + outgoing.channel + " was not sent");
        outgoing.fail(new OverloadedException("Too much waits to be read by instances of " + service
                + ", by one of them or by all receivers together: " + core.memory.outgoing.describe()));
        return true;
    }

    @Override
    public boolean needsLink() {
        return announcement != null || !waiting.isEmpty() || !arrived.isEmpty() || !retries.isEmpty();
    }

    /** Links are needed, though nothing waits for one: dials those that rest. From any thread. */
    void wakeLinks() {
        if (dialler.isAnyoneResting()) {
            core.port().execute(dialler::wake);
        }
    }

    private boolean failFull(Outgoing outgoing) {
        wakeLinks();
        outgoing.fail(new OverloadedException(
                "No credit: every instance of " + service + " has granted as much as it takes"));
        return true;
    }

    @Override
    public void onSnapshot(Collection<Instance> snapshot) {
        List<Instance> copy = new ArrayList<>(snapshot);
        core.port().execute(() -> {
            registered.accept(copy);
            known = true;
            apply();
        });
    }

    @Override
    public void onError(Exception problem) {
        core.complaints.complain("discovery", "The registry cannot be read for " + service, problem);
    }

    private void apply() {
        if (closed) {
            return;
        }
        List<Instance> before = instances;
        registered.settle(dialler::isAnswering);
        outliers.forgetAllBut(registered.used(), dialler.usable());
        dialler.retireMissing(registered.dialled());
        dialler.dialMissing(registered.dialled());
        instances = dialler.complete(registered.used());
        tellChanges(before, instances);
        onLinksChanged();
        listener.onInstances(service, instances);
    }

    /** A link is ready or has ended: of instances that claim to be one, another may be the one that answers. */
    private void settleAgain() {
        if (claims.isAnyContested()) {
            core.port().execute(this::apply);
        }
    }

    @Override
    public void onWelcomed(OutboundLink link, Control.Welcome welcome) {
        if (announcement != null) {
            announcement.accept(link);
        }
        settleAgain();
        if (dialler.onWelcomed(link, welcome)) {
            List<Instance> before = instances;
            instances = dialler.complete(registered.used());
            tellChanges(before, instances);
            listener.onInstances(service, instances);
        }
    }

    private void tellChanges(List<Instance> before, List<Instance> now) {
        now.stream().filter(one -> !has(before, one)).forEach(one -> tell(FlowStep.PEER_CAME, one));
        before.stream().filter(one -> !has(now, one)).forEach(one -> tell(FlowStep.PEER_WENT, one));
    }

    private static boolean has(List<Instance> instances, Instance wanted) {
        return instances.stream().anyMatch(one -> one.incarnation() == wanted.incarnation());
    }

    private void tell(FlowStep step, Instance instance) {
        core.flows.tellPeer(step, new PeerName(instance.service(), instance.name()), "registry");
    }

    /** Returns how the service looks at this moment. */
    State state() {
        return new State(service, waiting.size(), instances);
    }

    /** The circuits to its instances that have ever moved. */
    List<Circuit.State> circuits() {
        return outliers.states();
    }

    List<OutboundLink> links() {
        return dialler.all();
    }

    @Override
    public void onLinksChanged() {
        List<OutboundLink> ready = dialler.usable();
        routes = new Routes(ready, outliers.among(ready), balancing);
        synchronized (changes) {
            changes.notifyAll();
        }
        waiting.retry(this::isSettled);
    }

    @Override
    public void onRoom() {
        waiting.retry(this::isSettled);
    }

    @Override
    public void onLinkEnded(OutboundLink link, String reason, boolean lost) {
        unawaited.onLinkEnded(link, reason);
        dialler.onEnded(link);
        if (lost && !closed) {
            outliers.onLost(link);
        }
        outliers.forgetAllBut(registered.used(), dialler.usable());
        onLinksChanged();
        settleAgain();
    }

    @Override
    public void onTimeouts(OutboundLink link) {
        outliers.onTimeouts(link);
    }

    @Override
    public void onProved(OutboundLink link) {
        outliers.onProved(link);
    }

    @Override
    public Standing healthOf(Instance instance) {
        return outliers.standingOf(instance);
    }

    @Override
    public void onRejected(OutboundLink link, Control.Reject reject) {
        String what = link.other() + " rejected our link with code " + reject.code() + ": " + reject.reason();
        core.complaints.complain("rejected", what);
    }

    @Override
    public boolean offerToOthers(Outgoing outgoing, @Nullable OutboundLink not) {
        try {
            Route route = routes.to(outgoing.channel);
            return route.offer(
                            outgoing,
                            outgoing.channel,
                            outgoing.key(),
                            (message, link) -> link == not ? Verdict.CLOSED : message.offerTo(link))
                    == Verdict.ACCEPTED;
        } catch (MessagingException e) {
            outgoing.fail(e);
            return true;
        }
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

    @Override
    public boolean onRefused(OutboundLink link, Awaited call, WireMessage fault) {
        if (call instanceof Outgoing outgoing && outgoing.target() == 0 && Retries.isRetryable(fault)) {
            retries.again(outgoing, link, Faults.toException(fault, call.channel()));
            return true;
        }
        return false;
    }

    @Override
    public void onUnsent(OutboundLink link, Awaited call, MessagingException cause) {
        if (call instanceof Outgoing outgoing) {
            retries.again(outgoing, link, cause);
        } else {
            call.fail(cause);
        }
    }

    @Override
    public void onUnsent(OutboundLink link, WireMessage message, String reason) {
        if (message.id.incarnation() == core.incarnation) {
            oneWays.onUnsent(link, message, reason);
        } else {
            unawaited.onUnsent(link, message, reason);
        }
    }

    @Override
    public void onUnfinished(OutboundLink link, UnfinishedOneWays.Rest rest, String reason) {
        unawaited.onUnfinished(link, rest, reason, oneWays);
    }

    @Override
    public void onUnawaited(OutboundLink link, WireMessage answer, OutboundLink.Unawaited why) {
        MessageId question = answer.inReplyTo;
        if (answer.kind() == EnvelopeKind.FAULT && question != null && question.incarnation() == core.incarnation) {
            WireMessage refused = link.takeRefused(question);
            if (refused != null) {
                oneWays.onRefused(link, refused, answer);
                return;
            }
        }
        unawaited.onUnawaited(service, link, answer, why);
    }

    /** Fails a message for which no link can be expected soon; true if it did. */
    private boolean failHopeless(Outgoing outgoing) {
        boolean patient = core.time.nanoTime() - outgoing.waitingSince
                < core.config.limits().patience().toNanos();
        if (patient || !known) {
            return false;
        }
        if (outgoing.target() != 0 && !isKnown(outgoing.target())) {
            outgoing.fail(new NoInstanceException("The instance of " + service + " that was meant is gone"));
            return true;
        }
        if (routes.size() > 0 || dialler.hasHope()) {
            return false;
        }
        outgoing.fail(new NoInstanceException(
                instances.isEmpty()
                        ? "No instance of " + service + " is known"
                        : "No instance of " + service + " can be reached" + describe(instances)));
        return true;
    }

    private boolean isKnown(long incarnation) {
        return instances.stream().anyMatch(one -> one.incarnation() == incarnation);
    }

    /** Fails what has waited beyond its deadline; answers whether anything is left that has a deadline to watch. */
    boolean sweep() {
        if (lacksMemory) {
            lacksMemory = false;
            waiting.retry(this::isSettled);
        }
        waiting.sweep(outgoing -> {
            if (outgoing.isAbandoned()) {
                return true;
            }
            if (outgoing.deadline.hasPassed()) {
                outgoing.fail(waitedTooLong(outgoing));
                return true;
            }
            // Who came to wait for a link does not wait for room, even where others before it do.
            boolean impatient = outgoing.ifFull == Outgoing.IfFull.FAIL && routes.size() > 0;
            return (impatient && settle(outgoing)) || failHopeless(outgoing);
        });
        boolean isAnyPaused = retries.sweep();
        return isAnyPaused || !waiting.isEmpty();
    }

    private NotSentException waitedTooLong(Outgoing outgoing) {
        return routes.size() > 0 && outgoing.target() == 0
                ? new OverloadedException("No instance of " + service + " had room within the time limit")
                : new NoInstanceException(
                        "No instance of " + service + " could be reached within the time limit" + describe(instances));
    }

    /** Once per heartbeat interval. */
    void onBeat(long now) {
        dialler.onBeat(now);
        unusable.onBeat();
        outliers.onBeat(dialler.usable(), now);
    }

    void goAway(long millis) {
        dialler.goAway(millis);
    }

    /** It has no instance, and nothing waits for one. */
    boolean isOfNoUse() {
        return instances.isEmpty() && isIdle();
    }

    boolean isIdle() {
        return waiting.isEmpty() && retries.isEmpty() && dialler.isIdle();
    }

    /**
     * Ends the watch and all links, and fails what waits.
     *
     * @param orderly whether this is the I/O context and the port still open
     */
    void close(boolean orderly) {
        closed = true;
        if (watch != null) {
            watch.close();
        }
        dialler.close(orderly);
        routes = Routes.none(balancing);
        waiting.takeAll().forEach(outgoing -> outgoing.fail(closedException()));
        retries.close();
        failArrived();
    }

    private PeerClosedException closedException() {
        return new PeerClosedException("Peer " + core.name + " was closed");
    }

    private static String describe(List<Instance> instances) {
        if (instances.isEmpty()) {
            return "";
        }
        Instance first = instances.get(0);
        String more = instances.size() == 1 ? "" : " and " + (instances.size() - 1) + " more";
        return " (known: " + first.label() + " at " + first.address() + more + ")";
    }
}
