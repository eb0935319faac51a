package io.parley.benchmarks.lab;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A measurement that is made once, in fresh processes. Immutable. */
public record Trial(String label, Work work) {

    /** Makes the measurement. */
    @FunctionalInterface
    public interface Work {

        /**
         * Returns the readings, the most telling first.
         *
         * @throws MeasurementException if a process fails that should not
         */
        List<Reading> in(Lab lab) throws IOException, InterruptedException;
    }

    /**
     * Runs all trials in turn, as often as told, each in a lab of its own.
     *
     * @param jvmArguments of the processes that name none of their own
     * @param progress gets one line for each trial
     */
    public static List<Reading> run(
            List<Trial> trials, int repetitions, List<String> jvmArguments, PrintWriter progress)
            throws IOException, InterruptedException {
        var readings = new ArrayList<Reading>();
        int done = 0;
        for (int repetition = 0; repetition < repetitions; repetition++) {
            for (Trial trial : trials) {
                progress.printf("[%2d/%d] %s: ", ++done, repetitions * trials.size(), trial.label());
                progress.flush();
                try (var lab = new Lab(jvmArguments)) {
                    List<Reading> read = trial.work().in(lab);
                    readings.addAll(read);
                    progress.println(Table.brief(read.get(0)));
                } catch (MeasurementException e) {
                    progress.println("failed");
                    throw e;
                }
            }
        }
        return readings;
    }
}
