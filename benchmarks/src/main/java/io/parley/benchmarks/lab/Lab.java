package io.parley.benchmarks.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A directory for one trial, and the processes started for it; both are gone when it closes, and when this process is told to
 * end before that. Confined to one thread.
 */
public final class Lab implements AutoCloseable {

    private final List<String> jvmArguments;
    private final Path directory;
    private final List<MeasuredProcess> processes = new CopyOnWriteArrayList<>();
    private final Thread aborter = new Thread(this::abort);

    public Lab(List<String> jvmArguments) throws IOException {
        this.jvmArguments = List.copyOf(jvmArguments);
        directory = Files.createTempDirectory("parley-bench-");
        Runtime.getRuntime().addShutdownHook(aborter);
    }

    public Path directory() {
        return directory;
    }

    /**
     * Starts a fresh JVM that runs {@code main}.
     *
     * @param role what it is called if it fails
     */
    public MeasuredProcess start(String role, Class<?> main, List<Object> arguments) throws IOException {
        return start(role, jvmArguments, main, arguments);
    }

    /** Starts a fresh JVM with arguments of its own that runs {@code main}. */
    public MeasuredProcess start(String role, List<String> ownJvmArguments, Class<?> main, List<Object> arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ownJvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        arguments.forEach(argument -> command.add(argument.toString()));
        return start(role, command);
    }

    /** Starts any other program, which has to end when its standard input does. */
    public MeasuredProcess start(String role, List<String> command) throws IOException {
        Path errors = directory.resolve(processes.size() + ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        var started = new MeasuredProcess(role, errors, process);
        processes.add(started);
        return started;
    }

    /** The last that was started ends first, as it may need the others. */
    @Override
    public void close() throws IOException {
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).close();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(aborter);
        } catch (IllegalStateException e) {
            // The hook runs already, and deletes.
            return;
        }
        delete();
    }

    private void abort() {
        processes.forEach(MeasuredProcess::kill);
        try {
            delete();
        } catch (IOException e) {
            System.err.println("parley-bench: could not delete " + directory + ": " + e);
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
