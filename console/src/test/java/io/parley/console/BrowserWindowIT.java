package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Which commands open a browser, with a stand-in for {@code xdg-open}, which Linux alone has. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ResourceLock("processes")
class BrowserWindowIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path home;

    private final List<Process> started = new ArrayList<>();
    private Path commands = Path.of("");
    private Path output = Path.of("");
    private Path opened = Path.of("");

    @BeforeEach
    void putAStandInOnThePath() throws IOException {
        commands = Files.createDirectory(home.resolve("commands"));
        output = home.resolve("output");
        opened = home.resolve("opened");
        Path script = Files.writeString(
                commands.resolve("xdg-open"),
                "#!/bin/sh\necho \"$*\" > \"$OPENED.part\" && /bin/mv \"$OPENED.part\" \"$OPENED\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void endWhatIsLeft() throws InterruptedException {
        for (Process process : started) {
            List<ProcessHandle> peers = process.descendants().toList();
            process.toHandle().destroy();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            peers.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void observeOpensItsPageIfToldSo() throws Exception {
        start(Map.of("DISPLAY", ":42"), "observe", "--port", "0", "--open");

        await("a page that was opened", () -> Files.exists(opened));
        assertThat(read(opened).strip()).startsWith("http://localhost:");
        assertThat(read(output).lines()).contains(read(opened).strip());
    }

    @Test
    void withoutADisplayItSaysThatThereIsNoBrowser() throws Exception {
        start(Map.of(), "observe", "--port", "0", "--open");

        await("a complaint", () -> read(output).contains("there is no browser to be opened here"));
        assertThat(opened).doesNotExist();
    }

    @Test
    void withNothingToOpenItItSaysThatThereIsNoBrowser() throws Exception {
        Files.delete(commands.resolve("xdg-open"));
        start(Map.of("WAYLAND_DISPLAY", "wayland-42"), "observe", "--port", "0", "--open");

        await("a complaint", () -> read(output).contains("there is no browser to be opened here"));
    }

    @Test
    void theDemoOpensItsPageForWhoeverSitsBeforeIt() throws Exception {
        start(Map.of("DISPLAY", ":42"), "demo", "--for", "60s", "--page-port", "0");

        await("a page that was opened", () -> Files.exists(opened));
        assertThat(read(output))
                .contains("See it live at " + read(opened).strip() + " until the demo ends; with --stay, until Ctrl-C");
    }

    private void start(Map<String, String> variables, String... arguments) throws IOException {
        var command = new ArrayList<>(Parley.ownCommandLine());
        // As the launcher says it.
        command.add(1, "-Dparley.terminal=true");
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectInput(Redirect.PIPE)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeAll(List.of("DISPLAY", "WAYLAND_DISPLAY"));
        builder.environment()
                .putAll(Map.of(
                        "PATH", commands.toString(),
                        "OPENED", opened.toString(),
                        "NO_COLOR", "1",
                        "PARLEY_HOME", home.resolve("meshes").toString()));
        builder.environment().putAll(variables);
        started.add(builder.start());
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Await.until(() -> what + " in\n" + read(output), LIMIT, condition);
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
