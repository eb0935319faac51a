package io.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.benchmarks.worker.Worker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That the harness measures; not what. */
class HarnessIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void everyWorkloadIsMeasuredAndAccountedFor() throws IOException {
        Path json = directory.resolve("results.json");
        int exit = run(
                "--repetitions",
                "1",
                "--warmup",
                "0.1",
                "--duration",
                "0.2",
                "--in-flight",
                "16",
                "--size",
                "32",
                "--contenders",
                "parley,raw-jeromq",
                "--jvm-arg=-XX:TieredStopAtLevel=1",
                "--jvm-arg=-XX:+UseSerialGC",
                "--json",
                json.toString());

        assertThat(exit).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("round trip p50", "round trip p99", "requests/s, 16 at once", "one-way messages/s")
                .contains("raw-jeromq", "parley");
        JsonNode results = JsonMapper.shared().readTree(Files.readString(json)).get("results");
        assertThat(results.size()).isEqualTo(2 * Workload.values().length);
        assertThat(StreamSupport.stream(results.spliterator(), false))
                .allSatisfy(result -> assertThat(result.get("arrived").asLong()).isPositive());
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void aMeasuredProcessEndsWithItsInput() throws Exception {
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                "responder"));
        command.addAll(new Case(Contender.PARLEY, Workload.ONE_WAY, 1, 8).toArguments(directory));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write("open\n".getBytes());
        process.getOutputStream().flush();
        assertThat(process.inputReader().readLine()).isEqualTo("> open -");

        process.getOutputStream().close();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWrongCommandLineIsAnsweredWithWhatWasExpected() {
        assertThat(run("round-trp")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("round-trp", "round-trip, requests, one-way, publish");
    }

    private int run(String... arguments) {
        return Bench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
