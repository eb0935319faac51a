package io.parley.internal.health;

import io.parley.discovery.Instance;
import io.parley.internal.health.EjectionState.Position;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.runtime.PeerContext;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The instances of one service that the registry calls healthy but that fail: they are avoided for a while, though never more than half of
 * those that can be reached. People call that a circuit to each instance, which opens, is half-open when the time is over, and closes
 * when the instance works. Confined to the I/O context.
 */
public final class OutlierEjection {

    private final PeerContext core;
    private final Runnable onChanged;
    private final Map<Id, InstanceHealth> standings = new HashMap<>();
    /** Of those that were ever avoided. */
    private final Map<InstanceHealth, EjectionState> circuits = new HashMap<>();

    /** Who starts anew under an old name starts with a clean slate. Immutable. */
    private record Id(String name, long incarnation) {

        static Id of(Instance instance) {
            return new Id(instance.name(), instance.incarnation());
        }
    }

    /** @param onChanged run in the I/O context when an instance is to be avoided, or not any more */
    public OutlierEjection(PeerContext core, Runnable onChanged) {
        this.core = core;
        this.onChanged = onChanged;
    }

    public InstanceHealth standingOf(Instance instance) {
        return standings.computeIfAbsent(Id.of(instance), unseen -> new InstanceHealth());
    }

    /** Links to the instances of this service have their health from {@link #standingOf}. */
    private static InstanceHealth standing(OutboundLink link) {
        return (InstanceHealth) link.health();
    }

    /** Of those that the registry has lost, nothing is remembered once their links have ended. */
    public void forgetAllBut(List<Instance> snapshot, List<OutboundLink> usable) {
        var present = new HashSet<Id>();
        snapshot.forEach(instance -> present.add(Id.of(instance)));
        usable.forEach(link -> present.add(Id.of(link.instance())));
        standings.keySet().retainAll(present);
        circuits.keySet().retainAll(standings.values());
    }

    public void onTimeouts(OutboundLink link) {
        long now = core.time.nanoTime();
        if (mayAvoidMore(now)) {
            open(link, standing(link).avoidForTimeouts(now));
        }
    }

    public void onLost(OutboundLink link) {
        long now = core.time.nanoTime();
        if (mayAvoidMore(now)) {
            open(link, standing(link).avoidForLostLink(link.readySince(), now));
        }
    }

    private boolean mayAvoidMore(long now) {
        return standings.values().stream()
                        .filter(standing -> standing.isAvoided(now))
                        .count()
                < standings.size() / 2;
    }

    private void open(OutboundLink link, Duration period) {
        if (period.isZero()) {
            return;
        }
        InstanceHealth standing = standing(link);
        circuits.computeIfAbsent(standing, unseen -> new EjectionState(link.acceptor()));
        move(standing, Position.OPEN, "opened", standing.why() + ", for " + period.toSeconds() + " s");
        core.time.schedule(period, () -> core.port().execute(() -> onPeriodOver(standing, period)));
        onChanged.run();
    }

    private void onPeriodOver(InstanceHealth standing, Duration period) {
        // It may have failed again meanwhile, which began another period.
        if (is(standing, Position.OPEN) && !standing.isAvoided(core.time.nanoTime())) {
            standing.beginTrial();
            move(standing, Position.HALF_OPEN, "half-open", "tried again after " + period.toSeconds() + " s");
        }
        onChanged.run();
    }

    /** An instance that was on trial has answered. */
    public void onProved(OutboundLink link) {
        close(standing(link), "it answered");
    }

    /** Once per heartbeat interval. */
    public void onBeat(List<OutboundLink> ready, long now) {
        if (circuits.isEmpty()) {
            return;
        }
        for (OutboundLink link : ready) {
            if (standing(link).isLinkInDoubt() && now - link.readySince() >= InstanceHealth.STEADY.toNanos()) {
                close(standing(link), "its link has lasted for " + InstanceHealth.STEADY.toSeconds() + " s");
            }
        }
    }

    private void close(InstanceHealth standing, String why) {
        if (is(standing, Position.HALF_OPEN)) {
            standing.endTrial();
            move(standing, Position.CLOSED, "closed", why);
        }
    }

    private boolean is(InstanceHealth standing, Position position) {
        EjectionState circuit = circuits.get(standing);
        return circuit != null && circuit.is(position);
    }

    private void move(InstanceHealth standing, Position to, String verb, String why) {
        EjectionState circuit = circuits.get(standing);
        if (circuit != null) {
            circuit.move(to, why, core.time.wallClock());
            core.flows.recordPeer(FlowStep.CIRCUIT_MOVED, circuit.other(), verb + ": " + why);
        }
    }

    /** The circuits that have ever moved. */
    public List<EjectionState.State> states() {
        long now = core.time.nanoTime();
        return circuits.entrySet().stream()
                .map(each -> each.getValue().state(each.getKey().avoidedFor(now)))
                .sorted(Comparator.comparing(EjectionState.State::peer))
                .toList();
    }

    /** Which of {@code ready} to leave out. Where that would be more than half, those whose time is up first are used again. */
    public Set<OutboundLink> among(List<OutboundLink> ready) {
        long now = core.time.nanoTime();
        List<OutboundLink> avoided = ready.stream()
                .filter(link -> standing(link).isAvoided(now))
                .sorted(Comparator.comparingLong(
                                (OutboundLink link) -> standing(link).avoidedFor(now))
                        .reversed())
                .limit(ready.size() / 2)
                .toList();
        avoided.forEach(link -> report(link, now));
        return Set.copyOf(avoided);
    }

    private void report(OutboundLink link, long now) {
        InstanceHealth standing = standing(link);
        if (standing.isNews()) {
            core.counters.ejections.increment();
            String what = link.other() + " is avoided for "
                    + Duration.ofNanos(standing.avoidedFor(now)).toMillis() + " ms: " + standing.why();
            core.complaints.report("outlier", what, new Outlier(what));
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
