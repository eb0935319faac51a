package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasurementException;
import io.parley.benchmarks.lab.Reading;
import java.io.IOException;
import java.util.List;

/** Something to measure once, in fresh processes. Immutable. */
record Trial(String label, Work work) {

    /** What is done. */
    @FunctionalInterface
    interface Work {

        /**
         * What was read, the most telling first.
         *
         * @throws MeasurementException if a process fails
         */
        List<Reading> in(Lab lab) throws IOException, InterruptedException;
    }
}
