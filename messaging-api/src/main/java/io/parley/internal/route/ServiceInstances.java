package io.parley.internal.route;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver.Watch;
import io.parley.discovery.ServiceResolver.Watcher;
import io.parley.internal.health.DuplicateInstances;
import io.parley.internal.health.KnownInstances;
import io.parley.internal.health.UnusableInstances;
import io.parley.internal.runtime.PeerContext;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one service: as the registry lists them, as they are used, and as they are shown, with what they have told of themselves.
 *
 * <p>{@link #shown}, {@link #isListed} and the methods of {@link Watcher} are thread-safe, the rest is confined to the I/O context.
 */
final class ServiceInstances implements Watcher {

    private final PeerContext core;
    private final String service;
    private final DuplicateInstances claims;
    private final UnusableInstances unusable;
    private final KnownInstances known;
    private final Runnable onListed;
    private @Nullable Watch watch;
    private volatile boolean isListed;
    private volatile List<Instance> shown = List.of();

    /** @param onListed run in the I/O context when the registry has listed the instances anew */
    ServiceInstances(PeerContext core, String service, Runnable onListed) {
        this.core = core;
        this.service = service;
        this.onListed = onListed;
        claims = new DuplicateInstances(core);
        unusable = new UnusableInstances(core);
        known = new KnownInstances(service, claims, unusable);
    }

    /** Keeps the watch that calls this watcher, to close it at the end. */
    void watchWith(Watch watch) {
        this.watch = watch;
    }

    @Override
    public void onSnapshot(Collection<Instance> snapshot) {
        List<Instance> copy = new ArrayList<>(snapshot);
        core.port().execute(() -> {
            known.accept(copy);
            isListed = true;
            onListed.run();
        });
    }

    @Override
    public void onError(Exception problem) {
        core.complaints.report("discovery", "The registry cannot be read for " + service, problem);
    }

    /**
     * Chooses those that are used from those that the registry lists.
     *
     * @param answering whether an instance is known to answer with its incarnation at its address
     */
    void settle(Predicate<Instance> answering) {
        known.settle(answering);
    }

    /** Returns the instances that are used, as the registry lists them. */
    List<Instance> used() {
        return known.used();
    }

    /** Returns the instances that are used, and those that may prove to be the right ones instead. */
    List<Instance> dialled() {
        return known.dialled();
    }

    DuplicateInstances claims() {
        return claims;
    }

    UnusableInstances unusable() {
        return unusable;
    }

    /** Shows these from now on, and records which have come and gone. */
    void show(List<Instance> now) {
        List<Instance> before = shown;
        shown = now;
        now.stream().filter(one -> !has(before, one.incarnation())).forEach(one -> record(FlowStep.PEER_CAME, one));
        before.stream().filter(one -> !has(now, one.incarnation())).forEach(one -> record(FlowStep.PEER_WENT, one));
    }

    private void record(FlowStep step, Instance instance) {
        core.flows.recordPeer(step, new PeerName(instance.service(), instance.name()), "registry");
    }

    /** Returns the instances as they are known. */
    List<Instance> shown() {
        return shown;
    }

    /** Whether the registry has listed the instances at least once. */
    boolean isListed() {
        return isListed;
    }

    /** Whether an instance with this incarnation is known. */
    boolean has(long incarnation) {
        return has(shown, incarnation);
    }

    private static boolean has(List<Instance> instances, long incarnation) {
        return instances.stream().anyMatch(one -> one.incarnation() == incarnation);
    }

    /** Returns what an error message says of the known instances: nothing, or the first of them and how many more there are. */
    String describe() {
        List<Instance> instances = shown;
        if (instances.isEmpty()) {
            return "";
        }
        Instance first = instances.get(0);
        String more = instances.size() == 1 ? "" : " and " + (instances.size() - 1) + " more";
        return " (known: " + first.label() + " at " + first.address() + more + ")";
    }

    /** Called once per heartbeat interval. */
    void onBeat() {
        unusable.onBeat();
    }

    /** Ends the watch. */
    void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
