package io.parley.benchmarks.resilience;

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

/** Everything is tried with real processes, and what must not happen on any machine does not. */
class ResilienceIT {

    private static final Machine SOME_MACHINE =
            new Machine("a processor", 1, 1024, "a system", "a JDK", Map.of("Parley", "1"), 0.5);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    @Timeout(300)
    void killedInstanceTakesNoMessageWithItUntold() throws IOException {
        Map<String, Double> figures = figures("kill");

        String of = "kill -9 of one of three: ";
        assertThat(figures.get(of + "requests")).isPositive();
        assertThat(figures.get(of + "one-way messages")).isPositive();
        assertThat(figures.get(of + "one-way messages lost without a word")).isZero();
        assertThat(figures.get(of + "requests called not sent or refused, but handled"))
                .isZero();
        assertThat(figures.get(of + "messages handled twice")).isZero();
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    @Timeout(300)
    void heldBackRequestsAreNotBegunLate() throws IOException {
        Map<String, Double> figures = figures("hole");

        String of = "network that holds back for 1 s: ";
        assertThat(figures.get(of + "requests")).isPositive();
        assertThat(figures.get(of + "requests begun after their deadline")).isZero();
        assertThat(figures.get(of + "messages handled twice")).isZero();
    }

    @Test
    void wrongCommandLineIsAnsweredWithWhatWasExpected() {
        assertThat(run("--repetitions", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--heap", "1")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("nonsense")).isEqualTo(CommandLine.ExitCode.USAGE);

        assertThat(err.toString())
                .contains("--repetitions must be at least 1", "--heap must be at least 32", "restart, kill, freeze");
    }

    private Map<String, Double> figures(String what) throws IOException {
        Path json = directory.resolve("figures.json");
        assertThat(run(what, "--quick", "--json", json.toString()))
                .as(err::toString)
                .isZero();
        JsonNode results = JsonMapper.shared().readTree(Files.readString(json));
        var medians = new LinkedHashMap<String, Double>();
        results.get("figures")
                .forEach(figure -> medians.put(
                        figure.get("of").asString() + ": "
                                + figure.get("figure").asString(),
                        figure.get("median").asDouble()));
        return medians;
    }

    private int run(String... arguments) {
        return new CommandLine(new Resilience(() -> SOME_MACHINE))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return 1;
                })
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
