package io.parley.internal.route;

import io.parley.discovery.Instance;
import io.parley.internal.health.DuplicateInstances;
import io.parley.internal.health.GracePeriod;
import io.parley.internal.health.RedialPauses;
import io.parley.internal.health.UnusableInstances;
import io.parley.internal.link.LinkContext;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Holds one link to each instance of a service: dials, and dials again after growing pauses when a link has ended. Confined to the
 * I/O context, but for {@link #isWanted} and {@link #isAnyoneResting}.
 */
final class Dialler {

    private final LinkContext context;
    private final PeerContext core;
    private final OutboundLink.Owner owner;
    private final Supplier<List<Instance>> instances;
    private final Map<Entry, OutboundLink> links = new LinkedHashMap<>();
    /** Links that are used no more, until they are idle. */
    private final List<OutboundLink> retired = new ArrayList<>();
    /** How often in a row a link to this one has ended without having been ready. */
    private final Map<Entry, Integer> failures = new HashMap<>();

    /** What those have told that the registry does not tell all of. */
    private final Map<Entry, WelcomeInfo> acquaintances = new HashMap<>();

    private final RestingInstances<Entry> resting;
    private final GracePeriod<OutboundLink> grace;
    private final DuplicateInstances claims;
    private final UnusableInstances unusable;

    private volatile boolean wanted;
    private boolean acquaintanceWanted;
    private boolean closed;

    /**
     * @param owner is told of the links
     * @param instances those that may be dialled at present
     * @param claims is told of instances that take another's place
     * @param unusable is told of instances that cannot be dialled
     */
    Dialler(
            LinkContext context,
            OutboundLink.Owner owner,
            Supplier<List<Instance>> instances,
            DuplicateInstances claims,
            UnusableInstances unusable) {
        this.context = context;
        core = context.core;
        this.owner = owner;
        this.instances = instances;
        this.claims = claims;
        this.unusable = unusable;
        grace = new GracePeriod<>(core, this::onGraceOver);
        resting = new RestingInstances<>(core, this::redial);
    }

    boolean isWanted() {
        return wanted;
    }

    void want() {
        wanted = true;
    }

    /** Whether {@link #wake} may have something to do. From any thread. */
    boolean isAnyoneResting() {
        return resting.isAnyoneHere();
    }

    /** Something is to be sent: dials the instances that have ended their links for want of room while nothing was. */
    void wake() {
        resting.wake();
    }

    /** Of the instances of which the registry does not tell all that a subscriber needs. */
    void wantAcquaintance() {
        acquaintanceWanted = true;
    }

    List<OutboundLink> usable() {
        return links.values().stream().filter(OutboundLink::isReady).toList();
    }

    /** Every link there is, whatever its state. */
    List<OutboundLink> all() {
        var all = new ArrayList<>(links.values());
        all.addAll(retired);
        return all;
    }

    /** Whether a link may become ready soon: one is being dialled for the first time. */
    boolean hasHope() {
        return links.values().stream()
                .anyMatch(link -> link.state() == OutboundLink.State.CONNECTING
                        && !failures.containsKey(Entry.of(link.instance())));
    }

    void dialMissing(List<Instance> snapshot) {
        if (closed) {
            return;
        }
        for (Instance instance : snapshot) {
            Entry entry = Entry.of(instance);
            OutboundLink link = links.get(entry);
            if (link != null) {
                link.describe(instance);
            } else if (isWanted(instance) && !failures.containsKey(entry)) {
                dial(instance);
            }
        }
    }

    private boolean isWanted(Instance instance) {
        return wanted || (acquaintanceWanted && (WelcomeInfo.isNeeded(instance) || claims.isContested(instance)));
    }

    /** Whether a link is ready to this very instance at this very address. */
    boolean isAnswering(Instance instance) {
        OutboundLink link = links.get(Entry.of(instance));
        return link != null && link.isReady();
    }

    void retireMissing(List<Instance> snapshot) {
        Set<Entry> present = new HashSet<>();
        snapshot.forEach(instance -> present.add(Entry.of(instance)));
        failures.keySet().retainAll(present);
        resting.forgetAllBut(present);
        acquaintances.keySet().retainAll(present);
        unusable.forgetAllBut(key -> !(key instanceof Entry entry) || present.contains(entry));
        for (Map.Entry<Entry, OutboundLink> each : List.copyOf(links.entrySet())) {
            OutboundLink link = each.getValue();
            if (present.contains(each.getKey())) {
                grace.forget(link);
            } else if (!grace.covers(link, link.isReady(), link.instance(), snapshot)) {
                if (link.isReady()) {
                    claims.onRetired(link.instance(), snapshot);
                }
                links.remove(each.getKey());
                retired.add(link);
                link.retire();
            }
        }
    }

    private void onGraceOver() {
        if (!closed) {
            retireMissing(instances.get());
            owner.onLinksChanged();
        }
    }

    /**
     * An instance has told who it is.
     *
     * @return whether that is news, of what the registry does not tell
     */
    boolean onWelcomed(OutboundLink link, Control.Welcome welcome) {
        Instance instance = link.instance();
        if (!WelcomeInfo.isNeeded(instance)) {
            return false;
        }
        var acquaintance = WelcomeInfo.of(welcome, instance.address(), core.port());
        return !acquaintance.equals(acquaintances.put(Entry.of(instance), acquaintance));
    }

    /** Fills in what the registry leaves out, as far as it is known. */
    List<Instance> complete(List<Instance> snapshot) {
        return snapshot.stream()
                .map(instance -> {
                    WelcomeInfo acquaintance = acquaintances.get(Entry.of(instance));
                    return acquaintance == null ? instance : acquaintance.complete(instance);
                })
                .toList();
    }

    void onEnded(OutboundLink link) {
        retired.remove(link);
        grace.forget(link);
        Entry entry = Entry.of(link.instance());
        if (!links.remove(entry, link) || closed) {
            return;
        }
        int failed = link.wasReady() ? 1 : failures.getOrDefault(entry, 0) + 1;
        if (mayRest(entry, link)) {
            failures.put(entry, failed);
            resting.rest(
                    entry,
                    RedialPauses.next(
                            failed, link.rejectedWith(), core.config.plugins().environment()));
        } else {
            resting.forget(entry);
            dialLater(entry, failed, link.rejectedWith());
        }
    }

    /** Whether an instance has no room for a link, and none is needed at present. */
    private boolean mayRest(Entry entry, OutboundLink link) {
        Instance instance = link.instance();
        boolean isKnown = !acquaintanceWanted || !WelcomeInfo.isNeeded(instance) || acquaintances.containsKey(entry);
        return link.rejectedWith() == Control.Reject.OVERLOADED
                && (link.wasReady() || resting.has(entry))
                && isKnown
                && !claims.isContested(instance)
                && !owner.needsLink();
    }

    /** @param rejectedWith the code of REJECT if that was why, else 0 */
    private void dialLater(Entry entry, int failed, int rejectedWith) {
        failures.put(entry, failed);
        Duration pause =
                RedialPauses.next(failed, rejectedWith, core.config.plugins().environment());
        core.time.schedule(pause, () -> core.port().execute(() -> redial(entry)));
    }

    private void redial(Entry entry) {
        if (closed || links.containsKey(entry) || !failures.containsKey(entry)) {
            return;
        }
        for (Instance instance : instances.get()) {
            if (Entry.of(instance).equals(entry)) {
                dial(instance);
                return;
            }
        }
        // Should it come back, it is dialled as if for the first time.
        failures.remove(entry);
    }

    /** Whatever an address makes the transport throw, the other instances are dialled, and this one again after a pause. */
    private void dial(Instance instance) {
        Entry entry = Entry.of(instance);
        try {
            links.put(entry, OutboundLink.dial(context, owner, instance));
            unusable.forget(entry);
        } catch (RuntimeException e) {
            unusable.onUnreachable(entry, instance, instance.address(), e);
            dialLater(entry, failures.getOrDefault(entry, 0) + 1, 0);
            owner.onUnreachable(instance, String.valueOf(e.getMessage()));
        }
    }

    void onBeat(long now) {
        for (OutboundLink link : List.copyOf(links.values())) {
            link.onBeat(now);
            if (link.isReady()) {
                failures.remove(Entry.of(link.instance()));
            }
        }
        List.copyOf(retired).forEach(link -> link.onBeat(now));
    }

    void goAway(long millis) {
        links.values().forEach(link -> link.goAway(millis));
    }

    /** Every link is asked: to take leave takes a round trip, and those of all links go on at the same time. */
    boolean isIdle() {
        boolean isIdle = true;
        for (OutboundLink link : links.values()) {
            isIdle &= link.hasTakenLeave();
        }
        for (OutboundLink link : retired) {
            isIdle &= link.hasTakenLeave();
        }
        return isIdle;
    }

    /** @param orderly whether this is the I/O context and the port still open */
    void close(boolean orderly) {
        closed = true;
        List.copyOf(links.values()).forEach(link -> link.end("this peer was closed", orderly));
        List.copyOf(retired).forEach(link -> link.end("this peer was closed", orderly));
        links.clear();
        retired.clear();
    }

    /**
     * What tells one instance from another as the registry has them. It may not know the incarnation; then another one at the same
     * address goes for the same, until a link tells. Immutable.
     */
    private record Entry(String name, long incarnation, String address) {

        static Entry of(Instance instance) {
            return new Entry(instance.name(), instance.incarnation(), instance.address());
        }
    }
}
