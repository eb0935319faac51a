package io.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.benchmarks.worker.Worker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** That the harness measures and that its accounts hold; not what it measures, which may be nothing on a busy machine. Each test starts up to two dozen processes. */
@Timeout(600)
class HarnessIT {

    private static final List<String> SHORT = List.of(
            "--repetitions=1",
            "--warmup=0.1",
            "--duration=0.1",
            "--in-flight=16",
            "--jvm-arg=-XX:TieredStopAtLevel=1",
            "--jvm-arg=-XX:+UseSerialGC",
            "--jvm-arg=-Xmx256m");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void aProfileTellsWhereTheThreadsOfBothEndsWere() {
        int exit = run(
                "profile", "one-way", "--size=64", "--against=none", "--parley=parley", "--warmup=0.1", "--duration=3");

        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("one-way 64 B, parley: ")
                .containsPattern("[0-9.]+ % +initiator\\b")
                .containsPattern("[0-9.]+ % +parley-handlers-responder\\b");
    }

    @Test
    void parleyIsMeasuredBesideRawSocketsInEveryWorkload() {
        Path json = directory.resolve("results.json");
        Path svg = directory.resolve("chart.svg");

        int exit = run(
                "round-trip",
                "requests",
                "one-way",
                "publish",
                "records",
                "paced",
                "--size=32",
                "--subscribers=2",
                "--rate=500",
                "--parley=parley",
                "--json=" + json,
                "--svg=" + svg);

        assertThat(exit).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("round-trip 32 B p50, µs", "requests 16 32 B, /s", "paced 500/s 32 B p99, µs", "raw-jeromq");
        assertThat(svg).content().startsWith("<svg").contains("publish 2");
        assertThat(Results.read(json).results()).hasSize(2 * 6).allSatisfy(result -> assertThat(result.arrived())
                .isNotNegative());
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void handlersInTheIoContextAreMeasuredWithLargePayloadsOnTheWay() throws IOException {
        Path json = directory.resolve("results.json");

        int exit = run(
                "transfer",
                "beside",
                "--size=65536",
                "--parley=parley-inline",
                "--against=raw-jeromq,raw-tcp",
                "--json=" + json);

        assertThat(exit).as(err::toString).isZero();
        assertThat(Results.read(json).results())
                .hasSize(3 + 2)
                .filteredOn(result -> result.which().workload() == Workload.BESIDE)
                .allSatisfy(result -> {
                    assertThat(result.aloneP99Micros()).isNotNegative();
                    assertThat(result.p99Micros()).isNotNegative();
                    assertThat(result.arrived()).as("the large ones").isNotNegative();
                })
                .extracting(result -> result.which().contender())
                .containsExactlyInAnyOrder(Contender.PARLEY_INLINE, Contender.RAW_TCP);
    }

    @Test
    void whatFailsIsToldAndTheOthersHaveTheirTurn() {
        int exit = run("round-trip", "--parley=parley", "--jvm-arg=-Xmx1k");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains("parley-bench: raw-jeromq, round-trip, repetition 1: The responder ended")
                .contains("parley-bench: parley, round-trip, repetition 1: The responder ended");
    }

    @Test
    void aMeasuredProcessEndsWithItsInput() throws Exception {
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                "responder"));
        command.addAll(new Case(Contender.PARLEY, new Row(Workload.ONE_WAY, 1, 8)).toArguments(directory));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write("open\n".getBytes());
        process.getOutputStream().flush();
        assertThat(process.inputReader().readLine()).isEqualTo("> open -");

        process.getOutputStream().close();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aJdkThatIsNoneIsRefused() {
        assertThat(run("round-trip", "--jdk=" + directory)).isEqualTo(1);
        assertThat(err.toString()).contains("There is no bin/java in " + directory);
    }

    @Test
    void aChartIsDrawnOfNothingButResults() throws IOException {
        Path file = Files.writeString(directory.resolve("results.json"), "{\"orders\":[]}");

        int exit = commandLine()
                .execute(
                        "chart", file.toString(), directory.resolve("chart.svg").toString());

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).contains("Not results that can be read: " + file);
    }

    private int run(String... arguments) {
        return commandLine()
                .execute(Stream.concat(SHORT.stream(), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return Bench.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    }
}
