package io.parley.benchmarks;

import io.parley.benchmarks.worker.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs {@link Worker}, and what is said to it and heard from it. It ends when it is told, and when this
 * process ends, however that comes about. Not thread-safe, but for {@link #kill}.
 */
final class Child implements AutoCloseable {

    private static final String GONE = "";
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String role;
    private final Path errors;
    private final Process process;
    private final PrintStream commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Child(String role, Path errors, Process process) {
        this.role = role;
        this.errors = errors;
        this.process = process;
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        var reader = new Thread(this::read, "reader-of-" + role);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @param role {@code initiator} or {@code responder}
     * @param directory private to the pair: for its mesh, and for what the process writes to its error output
     */
    static Child start(String role, Case which, Path java, List<String> jvmArguments, Path directory)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(java.toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName(), role));
        command.addAll(which.toArguments(directory.resolve("mesh")));
        Path errors = directory.resolve(role + ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        return new Child(role, errors, process);
    }

    void say(String command) {
        commands.println(command);
    }

    /** The words that follow {@code word}, with which the next answer must begin. */
    String[] hear(String word, Duration limit) throws InterruptedException {
        String answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (answer == null) {
            throw new BenchmarkException("The " + role + " did not answer \"" + word + "\" within " + limit.toSeconds()
                    + " s" + complaint());
        }
        if (answer.equals(GONE)) {
            throw new BenchmarkException("The " + role + " ended" + complaint());
        }
        String[] words = answer.split(" ");
        if (!words[0].equals(word)) {
            throw new BenchmarkException("The " + role + " said: " + answer + complaint());
        }
        return words;
    }

    String[] ask(String command, String word, Duration limit) throws InterruptedException {
        say(command);
        return hear(word, limit);
    }

    /** What it wrote to its error output: warnings, if it ended well. */
    String errors() {
        try {
            return Files.readString(errors).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends it at once, and waits a moment for that. From any thread. */
    void kill() {
        try {
            process.destroyForcibly().waitFor(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end, and makes it if it does not. */
    @Override
    public void close() {
        say("end");
        boolean ended = false;
        try {
            ended = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            kill();
        }
        commands.close();
    }

    private void read() {
        try (var reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(Worker.ANSWER)) {
                    answers.add(line.substring(Worker.ANSWER.length()));
                }
            }
        } catch (IOException e) {
            // The process is gone, which is what comes next.
        } finally {
            answers.add(GONE);
        }
    }

    private String complaint() {
        String said = errors();
        return said.isEmpty() ? "" : "; its error output:\n" + said;
    }
}
