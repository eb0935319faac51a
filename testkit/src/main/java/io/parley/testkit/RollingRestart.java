package io.parley.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Instances of {@link LoadedService} in processes of their own, which are restarted or killed. Confined to one thread. */
public final class RollingRestart implements AutoCloseable {

    private final List<String> command = new ArrayList<>();
    private final ArrayDeque<Process> running = new ArrayDeque<>();
    private final List<BufferedReader> outputs = new ArrayList<>();
    private long handled;

    /**
     * @param main a class whose main method calls {@link LoadedService#run}; on this process's class path
     * @param arguments what it is called with
     */
    public RollingRestart(Class<?> main, String... arguments) {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
    }

    /** Starts an instance, and waits until it is ready. */
    public void start() throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        running.add(process);
        BufferedReader output = process.inputReader();
        outputs.add(output);
        String said = output.readLine();
        if (!"ready".equals(said)) {
            throw new IOException("An instance did not start: " + said);
        }
    }

    /** Ends the instance in order that was started first of those that run, and waits until it has ended. */
    public void end() throws IOException {
        Process process = running.remove();
        BufferedReader output = outputs.remove(0);
        try (Writer input = process.outputWriter()) {
            input.write("end\n");
        }
        String said = output.readLine();
        if (said == null || !said.startsWith("handled ")) {
            throw new IOException("An instance did not end in order: " + said);
        }
        handled += Long.parseLong(said.substring("handled ".length()));
    }

    /** Kills the instance that was started first of those that run. */
    public void kill() {
        outputs.remove(0);
        running.remove().destroyForcibly();
    }

    /** How many one-way messages those have handled that have ended in order. */
    public long handled() {
        return handled;
    }

    @Override
    public void close() {
        running.forEach(Process::destroyForcibly);
    }
}
