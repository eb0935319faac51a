package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Trial;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What can be asked for. Immutable. */
enum Measurement {
    IDLE(IdleTrials::of),
    LINK(LinkTrials::of),
    START(StartTrials::of),
    MESH_MEMORY(MeshTrials::overMemory),
    MESH_SOCKETS(MeshTrials::overSockets),
    OBSERVE(ObserveTrials::of);

    private final Function<Scale, List<Trial>> trials;

    Measurement(Function<Scale, List<Trial>> trials) {
        this.trials = trials;
    }

    List<Trial> trials(Scale scale) {
        return trials.apply(scale);
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
