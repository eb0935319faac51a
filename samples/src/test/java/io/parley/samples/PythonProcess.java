package io.parley.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run of {@code samples/python/peer.py}, and the lines of JSON that it tells. Thread-safe. */
final class PythonProcess implements AutoCloseable {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LIMIT_SECONDS = 60;

    private final Process process;
    private final BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    private PythonProcess(Process process) {
        this.process = process;
        reader = new Thread(this::read, "python-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** The interpreter to use; an exception whose message says why there is none. */
    static String interpreter() throws IOException, InterruptedException {
        var script = new ProcessBuilder(
                        ROOT.resolve("scripts/python-with-pyzmq").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (script.waitFor() != 0) {
            throw new IOException(said);
        }
        return said;
    }

    /** Starts a peer of the mesh in {@code home}; {@code arguments} as on its command line. */
    static PythonProcess start(String interpreter, Path home, String mesh, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                interpreter,
                ROOT.resolve("samples/python/peer.py").toString(),
                "--verbose",
                "--home",
                home.toString(),
                "--mesh",
                mesh));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return new PythonProcess(builder.start());
    }

    /** Runs {@code samples/python/test_peer.py}; what it said is the error's message if a test of it failed. */
    static void requireTestsPass(String interpreter) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                        interpreter, ROOT.resolve("samples/python/test_peer.py").toString())
                .redirectErrorStream(true);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process tests = builder.start();
        String said = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tests.waitFor() != 0) {
            throw new AssertionError(said);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().map(JSON::readTree).forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            // The process was ended while it spoke.
        }
    }

    /** The next line that has {@code member}, whose value is returned; lines before it are dropped. */
    JsonNode await(String member) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        var passed = new ArrayList<JsonNode>();
        while (true) {
            JsonNode line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new AssertionError("Python told nothing of \"" + member + "\", but " + passed);
            }
            if (line.has(member)) {
                return line.get(member);
            }
            passed.add(line);
        }
    }

    /** Waits for the end, and returns the exit code. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("Python does not end; it told " + lines);
        }
        reader.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        return process.exitValue();
    }

    /** Asks the process to end. */
    void terminate() {
        process.destroy();
    }

    /** Ends the process without its doing. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        terminate();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
