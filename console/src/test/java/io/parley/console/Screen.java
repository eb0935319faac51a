package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Runs commands as a user does, and keeps what they write. Thread-safe. */
final class Screen {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Stop stop = new Stop();
    private String input = "";

    /** What is on the standard input. */
    Screen typing(String input) {
        this.input = input;
        return this;
    }

    /** Runs a command to its end; returns the exit code. */
    int run(String... arguments) {
        var terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return Parley.run(terminal, stop, arguments);
    }

    /** Begins to run a command. */
    CompletableFuture<Integer> start(String... arguments) {
        return CompletableFuture.supplyAsync(() -> run(arguments), task -> new Thread(task, "screen").start());
    }

    /** Presses Ctrl-C. */
    void interrupt() {
        stop.request();
    }

    /** What becomes of a peer that cannot go on. */
    void fail(String why) {
        stop.fail(why);
    }

    List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** What was said of it. */
    List<String> remarks() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** The lines as objects, each of which must be one. */
    List<Map<String, Object>> objects() {
        return lines().stream().map(line -> Json.read(line).orElseThrow()).toList();
    }

    /** Waits until a line or a remark contains {@code text}. */
    void await(String text) {
        Await.until(
                () -> text + " in\n" + lines() + "\n" + remarks(),
                LIMIT,
                () -> lines().stream().anyMatch(line -> line.contains(text))
                        || remarks().stream().anyMatch(line -> line.contains(text)));
    }

    void hasOneRemark(String... parts) {
        assertThat(lines()).isEmpty();
        assertThat(remarks()).singleElement().asString().contains(parts);
    }
}
