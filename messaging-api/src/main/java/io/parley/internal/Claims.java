package io.parley.internal;

import io.parley.discovery.Instance;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Of several instances that claim to be one, the one that opened last is followed, and it is told once that there are others. Confined to
 * the I/O context.
 */
final class Claims {

    private static final Comparator<Instance> LATEST_FIRST = Comparator.comparing(Instance::since)
            .thenComparing(Instance::incarnation, Long::compareUnsigned)
            .reversed()
            .thenComparing(Instance::name)
            .thenComparing(Instance::address);

    private final Core core;
    private Set<String> told = new HashSet<>();

    Claims(Core core) {
        this.core = core;
    }

    /** What is left of {@code snapshot} when nothing in it is there twice. */
    List<Instance> settle(List<Instance> snapshot) {
        var names = new HashMap<String, Instance>();
        var incarnations = new HashMap<Long, Instance>();
        var losers = new HashSet<Instance>();
        var disputes = new HashSet<String>();
        for (Instance instance : snapshot.stream().sorted(LATEST_FIRST).toList()) {
            Instance other = names.get(instance.name());
            if (other == null && instance.incarnation() != 0) {
                other = incarnations.get(instance.incarnation());
            }
            if (other == null) {
                names.put(instance.name(), instance);
                incarnations.put(instance.incarnation(), instance);
            } else if (!other.equals(instance)) {
                losers.add(instance);
                if (!isAtSamePlace(instance, other)) {
                    disputes.add(dispute(instance, other));
                }
            }
        }
        disputes.stream().filter(dispute -> !told.contains(dispute)).forEach(this::complain);
        told = disputes;
        return losers.isEmpty()
                ? snapshot
                : snapshot.stream()
                        .filter(instance -> !losers.contains(instance))
                        .toList();
    }

    /** The registry does not list this one any more, to which a link lives. */
    void onRetired(Instance instance, List<Instance> snapshot) {
        Instance successor = rival(instance, snapshot);
        if (successor != null && !isAtSamePlace(instance, successor)) {
            complain(dispute(instance, successor));
        }
    }

    /** Who among {@code others} claims to be the same as {@code instance}. */
    static @Nullable Instance rival(Instance instance, List<Instance> others) {
        for (Instance other : others) {
            boolean sameIncarnation = other.incarnation() == instance.incarnation() && instance.incarnation() != 0;
            if (other.name().equals(instance.name()) || sameIncarnation) {
                return other;
            }
        }
        return null;
    }

    /** Only one peer can be at one address: the other is gone, or the registry has learned something. */
    private static boolean isAtSamePlace(Instance one, Instance other) {
        return one.address().equals(other.address());
    }

    private void complain(String dispute) {
        core.complaints.complain("claim", dispute, new IllegalStateException(dispute));
    }

    private static String dispute(Instance instance, Instance used) {
        String what = instance.name().equals(used.name())
                ? "Two peers claim to be " + instance.label()
                : "Two instances claim the incarnation " + Long.toHexString(used.incarnation()) + ", "
                        + instance.label() + " and " + used.label();
        return what + ", at " + instance.address() + " and " + used.address() + "; the one at " + used.address()
                + " is used";
    }
}
