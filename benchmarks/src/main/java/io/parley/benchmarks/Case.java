package io.parley.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** One contender at one row. Immutable. */
public record Case(Contender contender, Row row) {

    /** What it does. */
    public Workload workload() {
        return row.workload();
    }

    /** See {@link Row#load}. */
    public int load() {
        return row.load();
    }

    /** See {@link Row#size}. */
    public int size() {
        return row.size();
    }

    List<String> toArguments(Path directory) {
        return List.of(
                contender.name(),
                workload().name(),
                Integer.toString(load()),
                Integer.toString(size()),
                directory.toString());
    }
}
