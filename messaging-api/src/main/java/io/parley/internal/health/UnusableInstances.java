package io.parley.internal.health;

import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.internal.runtime.PeerContext;
import io.parley.transport.TransportException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out instances that no peer could use, and tells the error handler once of each instance that is left out or cannot be
 * connected to. An instance is forgotten as soon as the registry no longer lists it. Confined to the I/O context.
 */
public final class UnusableInstances {

    private static final int LONGEST_TEXT = 1024;
    private static final int SHOWN = 80;

    private final PeerContext core;
    private final Set<Object> told = new HashSet<>();
    /** What the error handler has still to be told, as it was told of something of the kind a moment ago. */
    private final Map<Object, RuntimeException> untold = new LinkedHashMap<>();

    public UnusableInstances(PeerContext core) {
        this.core = core;
    }

    /** The instances of {@code snapshot} that a peer can try to use as instances of {@code service}. */
    List<Instance> leaveOut(Collection<@Nullable Instance> snapshot, String service) {
        var usable = new ArrayList<Instance>(snapshot.size());
        var faults = new HashSet<Object>();
        for (Instance instance : snapshot) {
            String fault = fault(instance, service);
            if (fault == null && instance != null) {
                usable.add(instance);
            } else {
                var key = new Fault(shown(String.valueOf(instance)), String.valueOf(fault));
                faults.add(key);
                report(
                        key,
                        new DiscoveryException(
                                "The registry lists an instance of " + service + " that cannot be used: " + fault));
            }
        }
        forgetAllBut(key -> !(key instanceof Fault) || faults.contains(key));
        return List.copyOf(usable);
    }

    /**
     * Tells of an instance that cannot be connected to, unless that was told before.
     *
     * @param key what stands for the instance here
     */
    public void onUnreachable(Object key, Instance instance, String address, RuntimeException cause) {
        report(
                key,
                new TransportException(
                        "Cannot connect to " + instance.label() + " at \"" + shown(address) + '"', cause));
    }

    public void forget(Object key) {
        told.remove(key);
        untold.remove(key);
    }

    public void forgetAllBut(Predicate<Object> kept) {
        told.removeIf(key -> !kept.test(key));
        untold.keySet().removeIf(key -> !kept.test(key));
    }

    /** Once per heartbeat interval: tells what was held back, as soon as it can be told. */
    public void onBeat() {
        if (!untold.isEmpty()) {
            untold.entrySet().removeIf(each -> isTold(each.getKey(), each.getValue()));
        }
    }

    private void report(Object key, RuntimeException what) {
        if (!told.contains(key) && !untold.containsKey(key) && !isTold(key, what)) {
            untold.put(key, what);
        }
    }

    private boolean isTold(Object key, RuntimeException what) {
        boolean isTold = core.complaints.report("unusable", String.valueOf(what.getMessage()), what);
        if (isTold) {
            told.add(key);
        }
        return isTold;
    }

    private static @Nullable String fault(@Nullable Instance instance, String service) {
        if (instance == null) {
            return "it is null";
        }
        if (!instance.service().equals(service)) {
            return "it is an instance of " + shown(instance.service());
        }
        if (!isText(instance.name())) {
            return "its name is \"" + shown(instance.name()) + '"';
        }
        if (!isText(instance.address())) {
            return instance.label() + " has the address \"" + shown(instance.address()) + '"';
        }
        if (!instance.publishAddress().isEmpty() && !isText(instance.publishAddress())) {
            return instance.label() + " has the publish address \"" + shown(instance.publishAddress()) + '"';
        }
        return null;
    }

    private static boolean isText(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_TEXT && text.chars().noneMatch(Character::isISOControl);
    }

    private static String shown(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\u2028\u2029]", "?");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + '…';
    }

    /** An instance that is left out, and why. Immutable. */
    private record Fault(String instance, String why) {}
}
