package io.parley.internal.health;

import io.parley.discovery.Instance;
import io.parley.internal.runtime.PeerContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among instances that claim to be one, and reports once that there are several. Of two with one name, the one that opened last
 * is used. Of two with one incarnation, which one process alone can have, the one that answers with it is used; until one does, all are
 * dialled and the one that opened last is shown. Confined to the I/O context.
 */
public final class DuplicateInstances {

    private static final Comparator<Instance> LATEST_FIRST = Comparator.comparing(Instance::since)
            .thenComparing(Instance::incarnation, Long::compareUnsigned)
            .reversed()
            .thenComparing(Instance::name)
            .thenComparing(Instance::address);

    private final PeerContext core;
    private Set<String> told = new HashSet<>();
    /** Those that are dialled beside the instances shown, to see which of them answers. */
    private List<Instance> contenders = List.of();

    private Set<Long> contested = Set.of();

    public DuplicateInstances(PeerContext core) {
        this.core = core;
    }

    /**
     * What is left of {@code snapshot} when nothing in it is there twice.
     *
     * @param answering whether an instance is known to answer with its incarnation at its address
     */
    List<Instance> settle(List<Instance> snapshot, Predicate<Instance> answering) {
        var names = new HashMap<String, Instance>();
        var incarnations = new HashMap<Long, Instance>();
        var losers = new HashMap<Instance, Instance>();
        for (Instance instance : snapshot.stream().sorted(LATEST_FIRST).toList()) {
            Instance other = names.get(instance.name());
            if (other == null && instance.incarnation() != 0) {
                other = incarnations.get(instance.incarnation());
            }
            if (other != null
                    && isSameIncarnation(instance, other)
                    && !answering.test(other)
                    && answering.test(instance)) {
                names.remove(other.name());
                losers.put(other, instance);
                other = null;
            }
            if (other == null) {
                names.put(instance.name(), instance);
                incarnations.put(instance.incarnation(), instance);
            } else if (!other.equals(instance)) {
                losers.put(instance, other);
            }
        }
        contend(losers, answering);
        report(losers);
        return losers.isEmpty()
                ? snapshot
                : snapshot.stream()
                        .filter(instance -> !losers.containsKey(instance))
                        .toList();
    }

    private void contend(Map<Instance, Instance> losers, Predicate<Instance> answering) {
        var rivals = new ArrayList<Instance>();
        var incarnationsContested = new HashSet<Long>();
        losers.forEach((loser, winner) -> {
            if (isSameIncarnation(loser, winner) && !isAtSamePlace(loser, winner)) {
                incarnationsContested.add(winner.incarnation());
                if (!answering.test(winner)) {
                    rivals.add(loser);
                }
            }
        });
        rivals.sort(LATEST_FIRST);
        contenders = List.copyOf(rivals);
        contested = incarnationsContested;
    }

    private void report(Map<Instance, Instance> losers) {
        var disputes = new HashSet<String>();
        losers.forEach((loser, winner) -> {
            if (!isAtSamePlace(loser, winner)) {
                disputes.add(dispute(loser, winner));
            }
        });
        disputes.stream().filter(dispute -> !told.contains(dispute)).forEach(this::complain);
        told = disputes;
    }

    /** Those instances that {@link #settle} left out last, but that may be the ones that answer. */
    List<Instance> contenders() {
        return contenders;
    }

    /** Whether several instances had an incarnation when {@link #settle} was called last. */
    public boolean isAnyContested() {
        return !contested.isEmpty();
    }

    /** Whether several instances have this one's incarnation. */
    public boolean isContested(Instance instance) {
        return contested.contains(instance.incarnation());
    }

    /** The registry does not list this one any more, to which a link lives. */
    public void onRetired(Instance instance, List<Instance> snapshot) {
        Instance successor = rival(instance, snapshot);
        if (successor != null && !isAtSamePlace(instance, successor)) {
            String dispute = dispute(instance, successor);
            if (!told.contains(dispute)) {
                complain(dispute);
            }
        }
    }

    /** Who among {@code others} claims to be the same as {@code instance}. */
    static @Nullable Instance rival(Instance instance, List<Instance> others) {
        for (Instance other : others) {
            if (other.name().equals(instance.name()) || isSameIncarnation(other, instance)) {
                return other;
            }
        }
        return null;
    }

    private static boolean isSameIncarnation(Instance one, Instance other) {
        return one.incarnation() == other.incarnation() && one.incarnation() != 0;
    }

    /** Only one peer can be at one address: the other is gone, or the registry has learned something. */
    private static boolean isAtSamePlace(Instance one, Instance other) {
        return one.address().equals(other.address());
    }

    private void complain(String dispute) {
        core.complaints.report("claim", dispute);
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
