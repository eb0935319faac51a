package io.parley.benchmarks.footprint;

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
final class Lab implements AutoCloseable {

    private final List<String> jvmArguments;
    private final Path directory;
    private final List<MeasuredProcess> processes = new CopyOnWriteArrayList<>();
    private final Thread aborter = new Thread(this::abort);

    Lab(List<String> jvmArguments) throws IOException {
        this.jvmArguments = List.copyOf(jvmArguments);
        directory = Files.createTempDirectory("parley-footprint-");
        Runtime.getRuntime().addShutdownHook(aborter);
    }

    /** A fresh process that runs {@link Subject} in a role, with the role's arguments. */
    MeasuredProcess subject(String role, Object... arguments) throws IOException {
        var all = new ArrayList<Object>(List.of(role, mesh()));
        all.addAll(List.of(arguments));
        return start(role, Subject.class, all);
    }

    /** A fresh process that runs {@link FirstRequest}. */
    MeasuredProcess firstRequest() throws IOException {
        return start("first request", FirstRequest.class, List.of(mesh(), FirstRequest.microsNow()));
    }

    private Path mesh() {
        return directory.resolve("mesh");
    }

    private MeasuredProcess start(String role, Class<?> main, List<Object> arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        arguments.forEach(argument -> command.add(argument.toString()));
        Path errors = directory.resolve(processes.size() + ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        var started = new MeasuredProcess(role, errors, process);
        processes.add(started);
        return started;
    }

    @Override
    public void close() throws IOException {
        processes.forEach(MeasuredProcess::close);
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
