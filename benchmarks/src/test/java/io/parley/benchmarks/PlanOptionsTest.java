package io.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PlanOptionsTest {

    private final StringWriter err = new StringWriter();

    @Test
    void parleyIsMeasuredBesideRawJeromqUnlessSomethingElseIsSaid() {
        Plan plan = plan();

        assertThat(plan.contenders()).containsExactly(Contender.RAW_JEROMQ, Contender.PARLEY, Contender.PARLEY_INLINE);
        assertThat(plan.rows()).extracting(Row::workload).contains(Workload.values());
        assertThat(plan.repetitions()).isEqualTo(5);
        assertThat(warmUp(plan, Contender.GRPC, Workload.ONE_WAY)).isEqualTo(Duration.ofSeconds(15));
        assertThat(warmUp(plan, Contender.PARLEY, Workload.ONE_WAY)).isEqualTo(Duration.ofSeconds(10));
    }

    private static Duration warmUp(Plan plan, Contender contender, Workload workload) {
        return plan.warmUp(new Case(contender, new Row(workload, 1, 64)));
    }

    @Test
    void whoUsesJacksonIsWarmedUpUntilThatIsCompiledToo() {
        assertThat(warmUp(plan(), Contender.RAW_JEROMQ, Workload.RECORDS)).isEqualTo(Duration.ofSeconds(3));
        assertThat(warmUp(plan(), Contender.GRPC, Workload.RECORDS)).isEqualTo(Duration.ofSeconds(20));
        assertThat(warmUp(plan(), Contender.PARLEY, Workload.RECORDS)).isEqualTo(Duration.ofSeconds(20));
        assertThat(warmUp(plan("--warmup=1"), Contender.PARLEY, Workload.RECORDS))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void eachSizeAndLoadIsARow() {
        assertThat(plan("one-way", "requests", "--size=8,16", "--in-flight=1,2").rows())
                .extracting(Row::toString)
                .containsExactly(
                        "one-way 8 B",
                        "one-way 16 B",
                        "requests 1 8 B",
                        "requests 2 8 B",
                        "requests 1 16 B",
                        "requests 2 16 B");
    }

    @Test
    void aWarmUpThatIsAskedForIsTheSameForAll() {
        Plan plan = plan("--warmup=0.5", "--against=all");

        assertThat(warmUp(plan, Contender.GRPC, Workload.ONE_WAY)).isEqualTo(Duration.ofMillis(500));
        assertThat(warmUp(plan, Contender.PARLEY, Workload.ONE_WAY)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void noneLeavesOutAndAllTakesIn() {
        assertThat(plan("records", "--parley=none", "--against=all").contenders())
                .containsExactly(
                        Contender.RAW_JEROMQ,
                        Contender.GRPC,
                        Contender.GRPC_DEFAULT,
                        Contender.VERTX,
                        Contender.RSOCKET,
                        Contender.RAW_TCP);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "round-trp           | WORKLOAD expects some of [round-trip, requests, one-way, publish,",
                "--against=grp       | --against expects some of [raw-jeromq, grpc,",
                "--against=parley    | --against expects some of [raw-jeromq, grpc,",
                "--parley=grpc       | --parley expects some of [parley, parley-inline, parley-unrecorded]",
                "--repetitions=0     | --repetitions must be at least 1",
                "--duration=0        | --duration must be 0.1 to 600 seconds",
                "--warmup=601        | --warmup must be 0.1 to 600 seconds",
                "--size=7            | --size must be 8 to 1048576 in round-trip, not 7",
                "--in-flight=0       | --in-flight must be 1 to 4096",
                "--subscribers=65    | --subscribers must be 1 to 64",
                "--rate=0            | --rate must be 1 to 10000000"
            })
    void whatIsOutOfRangeIsAnsweredWithWhatWasExpected(String argument, String answer) {
        int exit = commandLine().execute(argument);

        assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().lines()).singleElement().asString().contains(answer);
    }

    @Test
    void aWorkloadThatNobodyHasIsRefused() {
        assertThat(commandLine().execute("publish", "--parley=none", "--against=raw-tcp"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("None of [raw-tcp] has publish");
    }

    @Test
    void largePayloadsAreLarge() {
        assertThat(commandLine().execute("transfer", "--size=1024")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--size must be 65536 to 67108864 in transfer, not 1024");
    }

    private static Plan plan(String... arguments) {
        var options = new PlanOptions();
        new CommandLine(options).parseArgs(arguments);
        return options.toPlan();
    }

    private CommandLine commandLine() {
        return Bench.commandLine().setErr(new PrintWriter(err, true));
    }
}
