package io.parley.consul;

import io.parley.consul.gateway.ConsulException;
import io.parley.discovery.Instance;
import io.parley.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which instances are kept although Consul does not name them, after it has been away: it may have lost what it knew, and whoever
 * lives needs a moment to register anew. An instance that Consul has named since and has no entry of any more has left in order, and is not
 * kept; one whose check merely fails is. Confined to the rounds of one watch.
 */
final class Recovery {

    private final TimeSource time;
    private final long grace;
    /** Those known before, which Consul has not named since. */
    private final Set<Known> unseen = new HashSet<>();

    private boolean isOn;
    private long until;

    Recovery(TimeSource time, Duration grace) {
        this.time = time;
        this.grace = grace.toNanos();
    }

    /** What is needed to know which instances Consul has entries of, whatever their checks say. */
    @FunctionalInterface
    interface Catalog {

        /** The names of all instances that there is an entry of. */
        Set<String> names() throws ConsulException;
    }

    /** Consul was away: nothing that it said before counts. */
    void begin(Collection<Instance> before) {
        isOn = true;
        until = time.nanoTime() + grace;
        unseen.clear();
        before.forEach(instance -> unseen.add(Known.of(instance)));
    }

    /** It may be away for some who register. */
    void doubt(Collection<Instance> before) {
        if (isOn) {
            until = time.nanoTime() + grace;
        } else {
            begin(before);
        }
    }

    /** Ends, if its time is up. */
    void look() {
        if (isOn && time.nanoTime() - until >= 0) {
            isOn = false;
            unseen.clear();
        }
    }

    boolean isOn() {
        return isOn;
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, until - time.nanoTime()));
    }

    /** Those of {@code before} that are kept beside {@code found}. */
    List<Instance> kept(Collection<Instance> found, Collection<Instance> before, Catalog catalog)
            throws ConsulException {
        Set<String> names = new HashSet<>();
        for (Instance instance : found) {
            names.add(instance.name());
            unseen.remove(Known.of(instance));
        }
        var kept = new ArrayList<Instance>();
        var doubtful = new ArrayList<Instance>();
        for (Instance instance : before) {
            if (!names.contains(instance.name())) {
                (unseen.contains(Known.of(instance)) ? kept : doubtful).add(instance);
            }
        }
        if (!doubtful.isEmpty()) {
            Set<String> listed = catalog.names();
            doubtful.removeIf(instance -> !listed.contains(instance.name()));
            kept.addAll(doubtful);
        }
        return kept;
    }

    /** What tells one instance from another. Immutable. */
    private record Known(String name, long incarnation) {

        static Known of(Instance instance) {
            return new Known(instance.name(), instance.incarnation());
        }
    }
}
