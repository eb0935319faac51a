package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.failure.MessagingException;
import io.parley.internal.health.EjectionState;
import io.parley.internal.lane.DeadlineSweep;
import io.parley.internal.link.CallSender;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.LinkHealth;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.PendingCall;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.link.UnfinishedOneWays;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.WireMessage;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One service as this peer sees it: wires its instances, the links to them, and the messages that wait for one.
 *
 * <p>{@link #dispatch}, {@link #offerAtOnce}, {@link #instances}, {@link #isReachable}, {@link #isAnnounced}, {@link #awaitChange},
 * {@link #linksUp}, {@link #wantLinks}, {@link #wantAcquaintance}, {@link #wakeLinks} and {@link #announceWith} are thread-safe, the rest is
 * confined to the I/O context.
 */
public final class ServiceView implements OutboundLink.Owner {

    private final PeerContext core;
    private final String service;
    private final InstancesListener listener;
    private final ServiceInstances instances;
    private final ServiceLinks links;
    private final DispatchQueue queue;
    private final Retries retries;
    private final UndeliveredMessages undelivered;
    private @Nullable Consumer<OutboundLink> announcement;
    private boolean closed;

    /** How one service looks at one moment. Immutable. */
    public record State(String service, int waiting, List<Instance> instances) {}

    /**
     * @param listener is told of the instances
     * @param unawaited sees to what links return
     * @param deadlines watches over what waits for a link
     */
    ServiceView(
            LinkContext context,
            String service,
            InstancesListener listener,
            UnawaitedAnswers unawaited,
            DeadlineSweep deadlines) {
        core = context.core;
        this.service = service;
        this.listener = listener;
        instances = new ServiceInstances(core, service, this::apply);
        links = new ServiceLinks(context, service, instances, this);
        queue = new DispatchQueue(core, service, instances, links, deadlines);
        retries = new Retries(core, queue, links::accepted);
        undelivered = new UndeliveredMessages(core, service, retries, unawaited);
    }

    /** Begins to watch the registry. Called once, before anything else. */
    void watch(ServiceResolver resolver) {
        instances.watchWith(resolver.watch(service, instances));
    }

    /** Announces this peer to each instance of this service, as soon as there is a link to it. */
    void announceWith(Consumer<OutboundLink> announcement) {
        core.port().execute(() -> {
            this.announcement = announcement;
            links.wake();
            announce();
        });
        wantLinks();
    }

    /** Announces this peer to them anew. */
    void announce() {
        Consumer<OutboundLink> ours = announcement;
        if (ours != null) {
            links.ready().forEach(ours);
        }
    }

    /** Returns the instances as they are known. */
    public List<Instance> instances() {
        return instances.shown();
    }

    /** Whether a link is ready to an instance that announces {@code channel}, or that does not tell what it serves. */
    boolean isReachable(ChannelName channel) {
        return links.isReachable(channel);
    }

    /** Whether an instance announces {@code channel}. */
    boolean isAnnounced(ChannelName channel) {
        return instances().stream().anyMatch(instance -> instance.channels().containsKey(channel));
    }

    /** Waits until something about the instances or links changes, but not for longer than {@code nanos}. */
    void awaitChange(long nanos) throws InterruptedException {
        links.awaitChange(nanos);
    }

    int linksUp() {
        return links.size();
    }

    /** Begins to hold links to all instances, if it does not yet. */
    public void wantLinks() {
        links.want();
    }

    /** Begins to hold links to the instances of which the registry does not tell all that a subscriber needs. */
    public void wantAcquaintance() {
        links.wantAcquaintance();
    }

    /** Dials the instances that rest: links are needed, though nothing waits for one. */
    void wakeLinks() {
        links.wakeResting();
    }

    /**
     * Offers a message to the links that serve {@code channel} until one takes it.
     *
     * @return false if none has room just now, or others wait for that already
     */
    public boolean offerAtOnce(
            ChannelName channel, WireMessage message, BiFunction<WireMessage, OutboundLink, Verdict> offer) {
        return queue.offerAtOnce(channel, message, offer);
    }

    /** Hands {@code outgoing} to a link with room, or has it wait for one, or fails it. */
    public void dispatch(Dispatch outgoing) {
        queue.dispatch(outgoing);
    }

    /** The registry has listed the instances anew, or another one of several that claim to be one may be the one that answers. */
    private void apply() {
        if (closed) {
            return;
        }
        instances.settle(links::isAnswering);
        links.follow();
        instances.show(links.complete());
        onLinksChanged();
        listener.onInstances(service, instances());
    }

    /** A link is ready or has ended: of instances that claim to be one, another may be the one that answers. */
    private void settleAgain() {
        if (instances.claims().isAnyContested()) {
            core.port().execute(this::apply);
        }
    }

    @Override
    public boolean needsLink() {
        return announcement != null || !queue.isNothingOnTheWay() || !retries.isEmpty();
    }

    @Override
    public void onWelcomed(OutboundLink link, Control.Welcome welcome) {
        if (announcement != null) {
            announcement.accept(link);
        }
        settleAgain();
        if (links.onWelcomed(link, welcome)) {
            instances.show(links.complete());
            listener.onInstances(service, instances());
        }
    }

    @Override
    public void onLinksChanged() {
        links.refresh();
        queue.retry();
    }

    @Override
    public void onRoom() {
        queue.retry();
    }

    @Override
    public void onLinkEnded(OutboundLink link, String reason, boolean lost) {
        undelivered.onLinkEnded(link, reason);
        links.onEnded(link, lost && !closed);
        onLinksChanged();
        settleAgain();
    }

    @Override
    public void onTimeouts(OutboundLink link) {
        links.onTimeouts(link);
    }

    @Override
    public void onProved(OutboundLink link) {
        links.onProved(link);
    }

    @Override
    public LinkHealth healthOf(Instance instance) {
        return links.healthOf(instance);
    }

    @Override
    public void onRejected(OutboundLink link, Control.Reject reject) {
        String what = link.other() + " rejected our link with code " + reject.code() + ": " + reject.reason();
        core.complaints.report("rejected", what);
    }

    @Override
    public boolean onRefused(OutboundLink link, PendingCall call, WireMessage fault) {
        return undelivered.onRefused(link, call, fault);
    }

    @Override
    public void onUnsent(OutboundLink link, PendingCall call, MessagingException cause) {
        undelivered.onUnsent(link, call, cause);
    }

    @Override
    public void onUnsent(OutboundLink link, WireMessage message, String reason) {
        undelivered.onUnsent(link, message, reason);
    }

    @Override
    public void onUnfinished(OutboundLink link, UnfinishedOneWays.Rest rest, String reason) {
        undelivered.onUnfinished(link, rest, reason);
    }

    @Override
    public void onUnawaited(OutboundLink link, WireMessage answer, CallSender.Unawaited why) {
        undelivered.onUnawaited(link, answer, why);
    }

    /** Returns how the service looks at this moment. */
    public State state() {
        return new State(service, queue.size(), instances());
    }

    /** Returns the circuits to its instances that have ever moved. */
    public List<EjectionState.State> circuits() {
        return links.circuits();
    }

    /** Returns every link to its instances, whatever its state. */
    public List<OutboundLink> links() {
        return links.all();
    }

    /** Fails what has waited beyond its deadline; answers whether anything is left that has a deadline to watch. */
    boolean sweep() {
        queue.sweep();
        boolean isAnyPaused = retries.sweep();
        return isAnyPaused || !queue.isEmpty();
    }

    /** Called once per heartbeat interval. */
    void onBeat(long now) {
        links.onBeat(now);
        instances.onBeat();
    }

    /** Says on every link that this peer ends them in so many milliseconds. */
    void goAway(long millis) {
        links.goAway(millis);
    }

    /** Whether it has no instance, and nothing waits for one. */
    public boolean isOfNoUse() {
        return instances().isEmpty() && isIdle();
    }

    /** Whether nothing waits, and no link has anything left to do. */
    boolean isIdle() {
        return queue.isEmpty() && retries.isEmpty() && links.isIdle();
    }

    /**
     * Ends the watch and all links, and fails what waits.
     *
     * @param orderly whether this is the I/O context and the port still open
     */
    void close(boolean orderly) {
        closed = true;
        queue.stop();
        instances.close();
        links.close(orderly);
        queue.close();
        retries.close();
    }
}
