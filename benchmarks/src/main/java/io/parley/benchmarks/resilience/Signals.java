package io.parley.benchmarks.resilience;

import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.lab.MeasurementException;
import java.io.IOException;

/** Freezes processes and lets them go on. Stateless. Thread-safe. */
final class Signals {

    private Signals() {}

    /** SIGSTOP. */
    static void freeze(MeasuredProcess process) throws IOException, InterruptedException {
        send("-STOP", process);
    }

    /** SIGCONT. */
    static void thaw(MeasuredProcess process) throws IOException, InterruptedException {
        send("-CONT", process);
    }

    private static void send(String signal, MeasuredProcess process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new MeasurementException("kill " + signal + " failed");
        }
    }
}
