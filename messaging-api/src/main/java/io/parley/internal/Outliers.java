package io.parley.internal;

import io.parley.discovery.Instance;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The instances of one service that the registry calls healthy but that fail: they are avoided for a while, though never more than half of
 * those that can be reached. Confined to the I/O context.
 */
final class Outliers {

    private final Core core;
    private final Runnable onChanged;
    private final Map<Id, Standing> standings = new HashMap<>();

    /** Who starts anew under an old name starts with a clean slate. Immutable. */
    private record Id(String name, long incarnation) {

        static Id of(Instance instance) {
            return new Id(instance.name(), instance.incarnation());
        }
    }

    /** @param onChanged run in the I/O context when an instance is to be avoided, or not any more */
    Outliers(Core core, Runnable onChanged) {
        this.core = core;
        this.onChanged = onChanged;
    }

    Standing standingOf(Instance instance) {
        return standings.computeIfAbsent(Id.of(instance), unseen -> new Standing());
    }

    /** Of those that the registry has lost, nothing is remembered once their links have ended. */
    void forgetAllBut(List<Instance> snapshot) {
        var present = new HashSet<Id>();
        snapshot.forEach(instance -> present.add(Id.of(instance)));
        standings.keySet().retainAll(present);
    }

    void onTimeouts(OutboundLink link) {
        long now = core.time.nanoTime();
        if (mayAvoidMore(now)) {
            begin(link.standing().avoidForTimeouts(now));
        }
    }

    void onLost(OutboundLink link) {
        long now = core.time.nanoTime();
        if (mayAvoidMore(now)) {
            begin(link.standing().avoidForLostLink(link.readySince(), now));
        }
    }

    private boolean mayAvoidMore(long now) {
        return standings.values().stream()
                        .filter(standing -> standing.isAvoided(now))
                        .count()
                < standings.size() / 2;
    }

    private void begin(Duration period) {
        if (!period.isZero()) {
            core.time.schedule(period, () -> core.port().execute(onChanged));
            onChanged.run();
        }
    }

    /** Which of {@code ready} to leave out. Where that would be more than half, those whose time is up first are used again. */
    Set<OutboundLink> among(List<OutboundLink> ready) {
        long now = core.time.nanoTime();
        List<OutboundLink> avoided = ready.stream()
                .filter(link -> link.standing().isAvoided(now))
                .sorted(Comparator.comparingLong(
                                (OutboundLink link) -> link.standing().avoidedFor(now))
                        .reversed())
                .limit(ready.size() / 2)
                .toList();
        avoided.forEach(link -> tell(link, now));
        return Set.copyOf(avoided);
    }

    private void tell(OutboundLink link, long now) {
        Standing standing = link.standing();
        if (standing.isNews()) {
            core.counters.ejections.increment();
            String what = link.other() + " is avoided for "
                    + Duration.ofNanos(standing.avoidedFor(now)).toMillis() + " ms: " + standing.why();
            core.complaints.complain("outlier", what, new Outlier(what));
        }
    }

    /** Carries to the error handler what is wrong. */
    private static final class Outlier extends Exception {

        private static final long serialVersionUID = 1L;

        Outlier(String message) {
            super(message, null, false, false);
        }
    }
}
