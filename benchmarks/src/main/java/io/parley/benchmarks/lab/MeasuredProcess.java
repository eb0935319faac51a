package io.parley.benchmarks.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process of ours, what is said to it and heard from it. It ends when it is told, and when this process ends, however that
 * comes about. Confined to one thread, but for {@link #kill}.
 */
public final class MeasuredProcess implements AutoCloseable {

    private static final String GONE = "";
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final String role;
    private final Path errors;
    private final Process process;
    private final PrintStream commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    MeasuredProcess(String role, Path errors, Process process) {
        this.role = role;
        this.errors = errors;
        this.process = process;
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        var reader = new Thread(this::read, "reader-of-" + role);
        reader.setDaemon(true);
        reader.start();
    }

    /** Says {@code command} and waits for its answer, which begins with the same word. */
    public Answer ask(String command, Duration limit) throws InterruptedException {
        commands.println(command);
        return hear(command.split(" ")[0], limit);
    }

    /**
     * Waits for the next answer.
     *
     * @throws MeasurementException if it does not come, or is another
     */
    public Answer hear(String word, Duration limit) throws InterruptedException {
        String line = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new MeasurementException("The process \"" + role + "\" did not answer \"" + word + "\" within "
                    + limit.toSeconds() + " s" + complaint());
        }
        if (line.equals(GONE)) {
            throw new MeasurementException("The process \"" + role + "\" ended" + complaint());
        }
        if (!line.split(" ")[0].equals(word)) {
            throw new MeasurementException("The process \"" + role + "\" said: " + line + complaint());
        }
        return Answer.parse(line);
    }

    /** The operating system's number of the process. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it and what it has started at once, and waits a moment for that. From any thread. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            process.destroyForcibly().waitFor(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets it end by itself, and makes it if it does not. */
    @Override
    public void close() {
        commands.close();
        boolean ended = false;
        try {
            ended = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            kill();
        }
    }

    private void read() {
        try (var reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(Answer.MARK)) {
                    answers.add(line.substring(Answer.MARK.length()));
                }
            }
        } catch (IOException e) {
            // The process is gone, which is what comes next.
        } finally {
            answers.add(GONE);
        }
    }

    private String complaint() {
        try {
            String said = Files.readString(errors).strip();
            return said.isEmpty() ? "" : "; its error output:\n" + said;
        } catch (IOException e) {
            return "; its error output cannot be read: " + e;
        }
    }
}
