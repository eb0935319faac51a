package io.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other libraries, measured as briefly as can be; each test starts eight processes. */
@Timeout(600)
class ForeignStacksIT {

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"records, 'grpc,vertx,rsocket,raw-tcp'", "one-way, 'grpc-default,vertx,rsocket,raw-tcp'"})
    void othersAreMeasuredWithoutALibraryComplaining(String workload, String others) {
        Path json = directory.resolve("results.json");

        int exit = Bench.commandLine()
                .setOut(new PrintWriter(new StringWriter(), true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "--repetitions=1",
                        "--warmup=0.1",
                        "--duration=0.1",
                        "--in-flight=16",
                        "--jvm-arg=-XX:TieredStopAtLevel=1",
                        "--jvm-arg=-XX:+UseSerialGC",
                        "--jvm-arg=-Xmx256m",
                        workload,
                        "--size=64",
                        "--parley=none",
                        "--against=" + others,
                        "--json=" + json);

        assertThat(exit).as(err::toString).isZero();
        assertThat(Results.read(json).results()).hasSize(4).allSatisfy(result -> assertThat(result.arrived())
                .isNotNegative());
        assertThat(err.toString().lines().filter(line -> !line.startsWith("[")))
                .allMatch(line -> line.startsWith("About") || line.startsWith("This machine has other work"));
    }

    @Test
    void versionsAreThoseOfTheJars() {
        assertThat(Versions.of(List.of(Contender.GRPC, Contender.VERTX, Contender.RSOCKET)))
                .containsKeys("gRPC", "Vert.x", "RSocket", "Reactor Netty", "Netty")
                .doesNotContainValue("unknown");
    }
}
