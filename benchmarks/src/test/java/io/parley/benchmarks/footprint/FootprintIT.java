package io.parley.benchmarks.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.benchmarks.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That everything is measured; not what comes of it. */
class FootprintIT {

    private static final Machine SOME_MACHINE =
            new Machine("a processor", 1, 1024, "a system", "a JDK", Map.of("Parley", "1"), 0.5);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    @Timeout(600)
    void everythingIsMeasured() throws IOException {
        Path json = directory.resolve("figures.json");

        int exit = run(
                "--quick",
                "--settle=0",
                "--jvm-arg=-XX:TieredStopAtLevel=1",
                "--jvm-arg=-XX:+UseSerialGC",
                "--json",
                json.toString());

        assertThat(exit).as(err::toString).isZero();
        Map<String, Double> figures = medians(JsonMapper.shared().readTree(Files.readString(json)));
        // That it is there, and not what it is: in a short window on a busy machine nothing may come of it.
        assertThat(figures)
                .containsKeys(
                        "idle, 3 links: live heap",
                        "idle, 3 links: of it before the peer was opened",
                        "idle, 3 links: threads",
                        "idle, 3 links: file descriptors",
                        "idle, alone: file descriptors",
                        "link, 64 KiB buffers, dialling: file descriptors",
                        "link, 64 KiB buffers, accepting: file descriptors",
                        "link, 64 KiB buffers, dialling: direct memory",
                        "start of a fresh JVM: to the first answer",
                        "start of a fresh JVM: of it until main",
                        "mesh over memory, 5 peers, each to 2: links",
                        "mesh over memory, 5 peers, each to 2: a request of one pair, p50",
                        "mesh over sockets, 5 peers, each to 2: file descriptors",
                        "mesh over sockets, 5 peers, as full as it goes: others that each is linked to",
                        "observing 5 peers, 100 requests/s, page open: messages seen a second",
                        "observing 5 peers, quiet: share of a core")
                .allSatisfy((name, value) -> assertThat(value).as(name).isFinite());
        assertThat(figures.keySet())
                .anyMatch(name -> name.startsWith("mesh over sockets, 5 peers, as full as it goes: ended by: "));
        assertThat(out.toString()).contains("a processor", "a JDK", "idle, 3 links", "mesh over sockets, 5 peers");
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void aProcessThatFailsIsQuoted() {
        assertThat(run("idle", "--quick", "--jvm-arg=-XX:+NoSuchOption")).isEqualTo(1);

        assertThat(err.toString()).contains("idle, 3 links: failed", "NoSuchOption");
    }

    @Test
    void aWrongCommandLineIsAnsweredWithWhatWasExpected() {
        assertThat(run("idel")).isEqualTo(CommandLine.ExitCode.USAGE);

        assertThat(err.toString()).contains("idel", "idle, link, start, mesh-memory, mesh-sockets");
        assertThat(run("idle", "--settle", "-1")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--settle must be 0 to 86400, not -1");
    }

    private static Map<String, Double> medians(JsonNode results) {
        var medians = new LinkedHashMap<String, Double>();
        results.get("figures")
                .forEach(figure -> medians.put(
                        figure.get("of").asString() + ": "
                                + figure.get("figure").asString(),
                        figure.get("median").asDouble()));
        return medians;
    }

    private int run(String... arguments) {
        return new CommandLine(new Footprint(() -> SOME_MACHINE))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return 1;
                })
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
