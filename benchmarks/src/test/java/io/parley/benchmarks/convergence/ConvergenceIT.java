package io.parley.benchmarks.convergence;

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

/** That everything is measured, with a real agent; not what comes of it. */
class ConvergenceIT {

    private static final Machine SOME_MACHINE =
            new Machine("a processor", 1, 1024, "a system", "a JDK", Map.of("Parley", "1"), 0.5);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    @Timeout(600)
    void everythingIsMeasuredAndNothingIsLeftBehind() throws IOException {
        Path json = directory.resolve("figures.json");

        assertThat(run("--quick", "--json", json.toString())).as(err::toString).isZero();

        JsonNode results = JsonMapper.shared().readTree(Files.readString(json));
        assertThat(results.get("consul").asString()).contains("Consul v");
        assertThat(results.has("questions")).isTrue();
        assertThat(medians(results))
                .containsKeys(
                        "new instance: from opening it to its first answer",
                        "new instance: until Consul lists it",
                        "instance that closes: until Consul lists it no more",
                        "instance that closes: from closing it to the last question it got",
                        "instance that is killed: from kill -9 to the last question it got",
                        "instance that is killed: until Consul lists it no more");
        assertThat(out.toString()).contains("a processor", "Consul v", "new instance", "Of ", " failed");
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void aConsulThatIsNotThereIsNamed() {
        assertThat(run("--quick", "--consul", "nonsense")).isEqualTo(1);

        assertThat(err.toString()).contains("\"nonsense\"");
    }

    @Test
    void aWrongCommandLineIsAnsweredWithWhatWasExpected() {
        assertThat(run("--repetitions", "0")).isEqualTo(CommandLine.ExitCode.USAGE);

        assertThat(err.toString()).contains("--repetitions must be at least 1");
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
        return new CommandLine(new Convergence(() -> SOME_MACHINE))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return 1;
                })
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
