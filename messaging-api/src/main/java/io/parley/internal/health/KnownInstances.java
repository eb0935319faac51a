package io.parley.internal.health;

import io.parley.discovery.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one service as the registry lists them, those of them that are used, and those that are dialled. Confined to the I/O
 * context.
 */
public final class KnownInstances {

    private final String service;
    private final DuplicateInstances claims;
    private final UnusableInstances unusable;

    private List<Instance> listed = List.of();
    private List<Instance> used = List.of();
    private List<Instance> dialled = List.of();

    public KnownInstances(String service, DuplicateInstances claims, UnusableInstances unusable) {
        this.service = service;
        this.claims = claims;
        this.unusable = unusable;
    }

    /** The registry lists these now. */
    public void accept(Collection<@Nullable Instance> snapshot) {
        var usable = new ArrayList<>(unusable.leaveOut(snapshot, service));
        usable.sort(Comparator.comparing(Instance::name).thenComparing(Instance::incarnation));
        listed = List.copyOf(usable);
    }

    /**
     * Chooses those that are used.
     *
     * @param answering whether an instance is known to answer with its incarnation at its address
     */
    public void settle(Predicate<Instance> answering) {
        used = claims.settle(listed, answering);
        List<Instance> contenders = claims.contenders();
        dialled = contenders.isEmpty()
                ? used
                : Stream.concat(used.stream(), contenders.stream()).toList();
    }

    public List<Instance> used() {
        return used;
    }

    /** Those that are used, and those that may prove to be the right ones instead. */
    public List<Instance> dialled() {
        return dialled;
    }
}
