package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.terminal.EmulatedTerminal;
import io.parley.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code parley top} on a terminal: a real one, that Python's module pty makes, on the mesh of the demo. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ResourceLock("processes")
class TopIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern MESH = Pattern.compile("\\./parley peers --mesh (\\S+)");
    private static final Pattern MORE = Pattern.compile("(\\d+) channels? more, no room");

    /** Those of the shop. */
    private static final int CHANNELS = 6;

    @TempDir
    Path home;

    private final List<Process> started = new ArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final EmulatedTerminal terminal = new EmulatedTerminal(6, 90);

    @AfterEach
    void endWhatIsLeft() throws Exception {
        for (Process process : started) {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            all.add(process.toHandle());
            all.forEach(ProcessHandle::destroyForcibly);
            // They write into the directory that is deleted next.
            for (ProcessHandle each : all) {
                each.onExit().get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void fitsTheTerminalWhateverItsSizeAndLeavesItAsItWas() throws Exception {
        String mesh = startDemo();
        Process top = startTop("--mesh", mesh, "--every", "200ms");

        await("a table that is cut", () -> more() == CHANNELS - 3);
        assertThat(terminal.isOther()).isTrue();
        assertThat(terminal.isCursorShown()).isFalse();
        await("all peers", () -> terminal.lines().get(0).contains("peers are up in "));
        List<String> small = terminal.lines();
        assertThat(small).hasSize(6);
        assertThat(small.get(1)).startsWith("CHANNEL").endsWith("99% IN");
        assertThat(small.subList(2, 5)).allSatisfy(line -> assertThat(line).matches("[a-z]+/[a-z]+ .*"));
        await(
                "orders/place, on which something fails, on top",
                () -> terminal.lines().get(2).startsWith("orders/place "));

        resize(top, 24, 120);
        await("a table with all channels", () -> more() == 0 && rows() == CHANNELS);
        assertThat(terminal.lines().get(1)).endsWith("SEEN    ERRORS");

        resize(top, 5, 40);
        await("a table that is cut again", () -> more() == CHANNELS - 2);
        await("lines that are cut", () -> terminal.lines().get(1).endsWith("…"));
        assertThat(terminal.scrolled()).as("lines that were lost at the top").isZero();

        pressCtrlCUntilItEnds(top);
        await("the usual screen", () -> !terminal.isOther());
        assertThat(top.exitValue()).isEqualTo(130);
        assertThat(terminal.isCursorShown()).isTrue();
        assertThat(terminal.wraps()).isTrue();
        await("the last table", () -> terminal.lines().stream()
                .anyMatch(line -> MORE.matcher(line).lookingAt()));
    }

    /** As people do: once in many runs of all tests nothing came of the first time. */
    private static void pressCtrlCUntilItEnds(Process top) throws Exception {
        for (long waited = 0; waited < LIMIT.toSeconds(); waited += 10) {
            type(top, "03");
            if (top.waitFor(10, TimeUnit.SECONDS)) {
                return;
            }
        }
        throw new AssertionError("parley top did not end at Ctrl-C");
    }

    private int rows() {
        return (int) terminal.lines().stream()
                .filter(line -> line.matches("[a-z]+/[a-z]+ .*"))
                .count();
    }

    /** How many channels are not shown, as the last line says; 0 if it does not. */
    private int more() {
        List<String> lines = terminal.lines();
        Matcher more = MORE.matcher(lines.get(lines.size() - 1));
        return more.lookingAt() ? Integer.parseInt(more.group(1)) : 0;
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Await.until(
                () -> what + " in\n" + String.join("\n", terminal.lines()) + "\n"
                        + told.subList(Math.max(0, told.size() - 5), told.size()),
                LIMIT,
                condition);
    }

    private String startDemo() throws IOException {
        var command = new ArrayList<>(Parley.ownCommandLine());
        command.addAll(List.of(
                "demo", "--no-page", "--for", "5m", "--orders", manyOrders().toString()));
        Process demo = start(new ProcessBuilder(command).redirectErrorStream(true));
        var lines = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
        follow("demo", () -> {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.add(line);
            }
        });
        await("the name of the demo's mesh", () -> told.stream()
                .anyMatch(line -> MESH.matcher(line).find()));
        return told.stream()
                .map(MESH::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }

    /** Enough for minutes, faulty ones among them. */
    private Path manyOrders() throws IOException {
        String orders = Files.readString(Path.of("../samples/data/orders.jsonl"));
        return Files.writeString(home.resolve("orders.jsonl"), orders.repeat(20));
    }

    private Process startTop(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("python3", "src/test/python/terminal.py", "6", "90"));
        List<String> own = Parley.ownCommandLine();
        command.add(own.get(0));
        // As the launcher says it.
        command.add("-Dparley.terminal=true");
        command.addAll(own.subList(1, own.size()));
        command.add("top");
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put("TERM", "xterm");
        Process top = start(builder);
        InputStream output = top.getInputStream();
        follow("terminal", () -> {
            Reader reader = new InputStreamReader(output, StandardCharsets.UTF_8);
            var buffer = new char[8192];
            for (int length = reader.read(buffer); length >= 0; length = reader.read(buffer)) {
                terminal.write(new String(buffer, 0, length));
            }
        });
        return top;
    }

    private Process start(ProcessBuilder builder) throws IOException {
        builder.environment().put("PARLEY_HOME", home.toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private interface Reading {
        void run() throws IOException;
    }

    private void follow(String name, Reading reading) {
        new Thread(
                        () -> {
                            try {
                                reading.run();
                            } catch (IOException | UncheckedIOException e) {
                                told.add(name + ": " + e);
                            }
                        },
                        name)
                .start();
    }

    private void resize(Process top, int rows, int columns) throws IOException {
        terminal.resize(rows, columns);
        tell(top, "size " + rows + ' ' + columns);
    }

    private static void type(Process top, String hex) throws IOException {
        tell(top, "type " + hex);
    }

    private static void tell(Process top, String order) throws IOException {
        top.getOutputStream().write((order + '\n').getBytes(StandardCharsets.US_ASCII));
        top.getOutputStream().flush();
    }
}
