package io.parley.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * One contender at one workload.
 *
 * @param inFlight how many requests may be outstanding; means nothing to other workloads
 * @param size of a payload in bytes, at least 8
 */
public record Case(Contender contender, Workload workload, int inFlight, int size) {

    public Case {
        if (size < Long.BYTES) {
            throw new IllegalArgumentException("A payload has at least 8 bytes, for its number, not " + size);
        }
        if (inFlight < 1) {
            throw new IllegalArgumentException("At least one request must be in flight, not " + inFlight);
        }
    }

    /** The workload, without the contender. */
    public String row() {
        return workload == Workload.REQUESTS ? workload + " " + inFlight : workload.toString();
    }

    List<String> toArguments(Path directory) {
        return List.of(
                contender.name(),
                workload.name(),
                Integer.toString(inFlight),
                Integer.toString(size),
                directory.toString());
    }
}
