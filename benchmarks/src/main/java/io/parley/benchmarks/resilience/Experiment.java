package io.parley.benchmarks.resilience;

import io.parley.benchmarks.lab.Trial;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Groups of trials that the command line can name. Immutable. */
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

    /** Returns the name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
