package io.parley.console.demo;

import io.parley.console.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A peer of the shop in a process of its own, which writes JSON lines and ends when its standard input does, so that it never
 * outlives the demo. Thread-safe.
 */
final class Child {

    /** What a child has written, or, with nothing in it, that it has ended. */
    record Report(Child child, @Nullable Map<String, Object> line) {}

    private final String part;
    private final String instance;
    private final Process process;

    private Child(String part, String instance, Process process) {
        this.part = part;
        this.instance = instance;
        this.process = process;
    }

    /** Starts {@code parley peer part} with {@code options}, which reports to {@code reports}. */
    static Child start(
            List<String> parley, String part, String instance, List<String> options, BlockingQueue<Report> reports) {
        var command = new ArrayList<>(parley);
        command.addAll(List.of("peer", part, "--instance", instance, "--json", "--child"));
        command.addAll(options);
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
            var child = new Child(part, instance, process);
            var thread = new Thread(() -> child.read(reports), "demo-" + instance);
            thread.setDaemon(true);
            thread.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String part() {
        return part;
    }

    String instance() {
        return instance;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    /** Tells it that Ctrl-C was meant for the demo, which will end it in time. */
    void hold() {
        try {
            OutputStream input = process.getOutputStream();
            input.write('\n');
            input.flush();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    /** Asks it to end. */
    void end() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    /** Waits for its end, and ends it by force after {@code limit}; whether it has ended by itself. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        if (process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            return true;
        }
        process.destroyForcibly();
        return false;
    }

    private void read(BlockingQueue<Report> reports) {
        try {
            try (var lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Map<String, Object> read = Json.read(line).orElse(Map.of());
                    reports.put(new Report(this, read));
                }
            } catch (IOException e) {
                // It was ended while it wrote.
            }
            process.waitFor();
            reports.put(new Report(this, null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
