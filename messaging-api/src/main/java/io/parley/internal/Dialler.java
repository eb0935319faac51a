package io.parley.internal;

import io.parley.discovery.Instance;
import io.parley.internal.wire.Control;
import io.parley.transport.TransportException;
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
 * I/O context, but for {@link #isWanted}.
 */
final class Dialler {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final Core core;
    private final OutboundLink.Owner owner;
    private final Supplier<List<Instance>> instances;
    private final Map<Long, OutboundLink> links = new LinkedHashMap<>();
    /** Links to instances that the registry has lost, until they are idle. */
    private final List<OutboundLink> retired = new ArrayList<>();
    /** How often in a row a link to this incarnation has ended without having been ready. */
    private final Map<Long, Integer> failures = new HashMap<>();

    private volatile boolean wanted;
    private boolean closed;

    /**
     * @param owner is told of the links
     * @param instances what the registry told last
     */
    Dialler(Core core, OutboundLink.Owner owner, Supplier<List<Instance>> instances) {
        this.core = core;
        this.owner = owner;
        this.instances = instances;
    }

    boolean isWanted() {
        return wanted;
    }

    void want() {
        wanted = true;
    }

    List<OutboundLink> usable() {
        return links.values().stream().filter(OutboundLink::isReady).toList();
    }

    /** Whether a link may become ready soon: one is being dialled for the first time. */
    boolean hasHope() {
        return links.values().stream()
                .anyMatch(link -> link.state() == OutboundLink.State.CONNECTING
                        && !failures.containsKey(link.instance().incarnation()));
    }

    void dialMissing(List<Instance> snapshot) {
        if (!wanted || closed) {
            return;
        }
        for (Instance instance : snapshot) {
            OutboundLink link = links.get(instance.incarnation());
            if (link == null && !failures.containsKey(instance.incarnation())) {
                dial(instance);
            } else if (link != null) {
                link.describe(instance);
            }
        }
    }

    void retireMissing(List<Instance> snapshot) {
        Set<Long> present = new HashSet<>();
        snapshot.forEach(instance -> present.add(instance.incarnation()));
        failures.keySet().retainAll(present);
        for (OutboundLink link : List.copyOf(links.values())) {
            if (!present.contains(link.instance().incarnation())) {
                links.remove(link.instance().incarnation());
                retired.add(link);
                link.retire();
            }
        }
    }

    void onEnded(OutboundLink link) {
        retired.remove(link);
        long incarnation = link.instance().incarnation();
        if (!links.remove(incarnation, link) || closed) {
            return;
        }
        int failed = link.wasReady() ? 1 : failures.getOrDefault(incarnation, 0) + 1;
        failures.put(incarnation, failed);
        long pause = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failed, 10));
        long jittered = pause / 2 + core.settings.environment().random().nextInt((int) pause / 2 + 1);
        core.time.schedule(Duration.ofMillis(jittered), () -> core.port().execute(() -> redial(incarnation)));
    }

    private void redial(long incarnation) {
        if (closed || links.containsKey(incarnation) || !failures.containsKey(incarnation)) {
            return;
        }
        for (Instance instance : instances.get()) {
            if (instance.incarnation() == incarnation) {
                dial(instance);
            }
        }
    }

    private void dial(Instance instance) {
        try {
            links.put(instance.incarnation(), OutboundLink.dial(core, owner, instance));
        } catch (TransportException e) {
            failures.merge(instance.incarnation(), 1, Integer::sum);
            core.complaints.complain("dial", "Cannot connect to " + instance.label() + " at " + instance.address(), e);
        }
    }

    void onBeat(long now) {
        for (OutboundLink link : List.copyOf(links.values())) {
            link.onBeat(now);
            if (link.isReady()) {
                failures.remove(link.instance().incarnation());
            }
        }
        List.copyOf(retired).forEach(link -> link.onBeat(now));
    }

    void goAway(long millis) {
        links.values().forEach(link -> link.outbox.add(new Control.GoingAway(millis)));
    }

    boolean isIdle() {
        return links.values().stream().allMatch(OutboundLink::isIdle)
                && retired.stream().allMatch(OutboundLink::isIdle);
    }

    /** @param orderly whether this is the I/O context and the port still open */
    void close(boolean orderly) {
        closed = true;
        List.copyOf(links.values()).forEach(link -> link.end("this peer was closed", orderly));
        List.copyOf(retired).forEach(link -> link.end("this peer was closed", orderly));
        links.clear();
        retired.clear();
    }
}
