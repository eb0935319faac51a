package io.parley.benchmarks.resilience;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What can be asked for. Immutable. */
enum Experiment {
    RESTART(scale -> List.of(new Faults(scale).rollingRestart(false), new Faults(scale).rollingRestart(true))),
    KILL(scale -> List.of(new Faults(scale).kill())),
    FREEZE(scale -> List.of(new Faults(scale).frozenPeer())),
    HOLE(scale -> List.of(new Faults(scale).blackHole())),
    ATTACKS(scale -> new Attacks(scale).all());

    private final Function<Scale, List<Trial>> trials;

    Experiment(Function<Scale, List<Trial>> trials) {
        this.trials = trials;
    }

    List<Trial> trials(Scale scale) {
        return trials.apply(scale);
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
