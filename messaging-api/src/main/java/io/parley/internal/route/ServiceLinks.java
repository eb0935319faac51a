package io.parley.internal.route;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.internal.health.EjectionState;
import io.parley.internal.health.OutlierEjection;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.LinkHealth;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import java.util.List;

/**
 * The links to the instances of one service, which of them fail and are avoided, and the routes that messages take over the others.
 *
 * <p>{@link #routes}, {@link #size}, {@link #isReachable}, {@link #awaitChange}, {@link #want}, {@link #wantAcquaintance} and
 * {@link #wakeResting} are thread-safe, the rest is confined to the I/O context.
 */
final class ServiceLinks {

    private final PeerContext core;
    private final ServiceInstances instances;
    private final Balancing balancing;
    private final OutlierEjection outliers;
    private final Dialler dialler;
    private final Object changes = new Object();
    private volatile Routes routes;

    /** @param owner is told of the links; calls {@link #refresh} when they change */
    ServiceLinks(LinkContext context, String service, ServiceInstances instances, OutboundLink.Owner owner) {
        core = context.core;
        this.instances = instances;
        balancing = new Balancing(core, service);
        outliers = new OutlierEjection(core, owner::onLinksChanged);
        dialler = new Dialler(context, owner, instances::dialled, instances.claims(), instances.unusable());
        routes = Routes.none(balancing);
    }

    /** Returns the routes over the links that are ready now. */
    Routes routes() {
        return routes;
    }

    /** Returns the number of links that are ready. */
    int size() {
        return routes.size();
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

    /** Waits until something about the instances or links changes, but not for longer than {@code nanos}. */
    void awaitChange(long nanos) throws InterruptedException {
        synchronized (changes) {
            changes.wait(nanos / 1_000_000 + 1);
        }
    }

    /** Begins to hold links to all instances, if that has not begun yet. */
    void want() {
        if (!dialler.isWanted()) {
            core.port().execute(() -> {
                dialler.want();
                dialler.dialMissing(instances.dialled());
            });
        }
    }

    /** Begins to hold links to the instances of which the registry does not tell all that a subscriber needs. */
    void wantAcquaintance() {
        core.port().execute(() -> {
            dialler.wantAcquaintance();
            dialler.dialMissing(instances.dialled());
        });
    }

    /** Dials those that rest, though nothing waits for a link. */
    void wakeResting() {
        if (dialler.isAnyoneResting()) {
            core.port().execute(dialler::wake);
        }
    }

    /** Dials those that rest, as something is to be sent. */
    void wake() {
        dialler.wake();
    }

    /** Holds links to these instances, and to no others for longer than those are needed. */
    void follow() {
        outliers.forgetAllBut(instances.used(), dialler.usable());
        dialler.retireMissing(instances.dialled());
        dialler.dialMissing(instances.dialled());
    }

    /** Returns the used instances, with what the registry leaves out filled in as far as it is known. */
    List<Instance> complete() {
        return dialler.complete(instances.used());
    }

    /** Makes new routes from the links that are ready now. */
    void refresh() {
        List<OutboundLink> ready = dialler.usable();
        routes = new Routes(ready, outliers.among(ready), balancing);
        synchronized (changes) {
            changes.notifyAll();
        }
    }

    /** Whether a link is ready to this very instance at this very address. */
    boolean isAnswering(Instance instance) {
        return dialler.isAnswering(instance);
    }

    /** Whether a link may become ready soon: one is being dialled for the first time. */
    boolean hasHope() {
        return dialler.hasHope();
    }

    /** Returns the links that are ready. */
    List<OutboundLink> ready() {
        return dialler.usable();
    }

    /** Returns every link there is, whatever its state. */
    List<OutboundLink> all() {
        return dialler.all();
    }

    /** Returns the number of messages that the links have accepted; falls when a link ends. */
    long accepted() {
        return dialler.all().stream().mapToLong(link -> link.outbox.accepted()).sum();
    }

    /** Returns the circuits to the instances that have ever moved. */
    List<EjectionState.State> circuits() {
        return outliers.states();
    }

    /**
     * An instance has told who it is.
     *
     * @return whether that is news, of what the registry does not tell
     */
    boolean onWelcomed(OutboundLink link, Control.Welcome welcome) {
        return dialler.onWelcomed(link, welcome);
    }

    /**
     * A link has ended.
     *
     * @param isFailure whether that speaks against the instance
     */
    void onEnded(OutboundLink link, boolean isFailure) {
        dialler.onEnded(link);
        if (isFailure) {
            outliers.onLost(link);
        }
        outliers.forgetAllBut(instances.used(), dialler.usable());
    }

    void onTimeouts(OutboundLink link) {
        outliers.onTimeouts(link);
    }

    void onProved(OutboundLink link) {
        outliers.onProved(link);
    }

    LinkHealth healthOf(Instance instance) {
        return outliers.standingOf(instance);
    }

    /** Called once per heartbeat interval. */
    void onBeat(long now) {
        dialler.onBeat(now);
        outliers.onBeat(dialler.usable(), now);
    }

    /** Announces on every link that this peer ends them in so many milliseconds. */
    void goAway(long millis) {
        dialler.goAway(millis);
    }

    /** Whether no link has anything left to do. */
    boolean isIdle() {
        return dialler.isIdle();
    }

    /** @param orderly whether this is the I/O context and the port still open */
    void close(boolean orderly) {
        dialler.close(orderly);
        routes = Routes.none(balancing);
    }
}
