package io.parley.benchmarks;

import io.parley.benchmarks.footprint.Footprint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The command line of {@code ./parley-bench}. */
@Command(
        name = "parley-bench",
        sortOptions = false,
        description =
                "Measures Parley beside raw JeroMQ: each in two processes on loopback, one after the other, in turns.",
        footer = {
            "",
            "  parley-bench jmh [JMH OPTION...]   measures parts within one process instead;",
            "                                     for one, parley-bench jmh -prof gc"
        })
public final class Bench implements Callable<Integer> {

    private static final Plan QUICK = new Plan(
            List.of(), List.of(), List.of(64), 64, 1, Duration.ofMillis(500), Duration.ofMillis(500), List.of());

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "WORKLOAD",
            arity = "0..*",
            description = "Any of round-trip, requests, one-way and publish; by default all.")
    private List<String> workloads = List.of();

    @Option(
            names = "--contenders",
            split = ",",
            paramLabel = "NAME",
            description = "Any of ${COMPLETION-CANDIDATES}; by default all.")
    private List<Contender> contenders = List.of(Contender.values());

    @Option(names = "--repetitions", paramLabel = "N", description = "How often everything is measured; by default 5.")
    private @Nullable Integer repetitions;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "How long each pair works before it is measured; by default 3.")
    private @Nullable Double warmUp;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "How long it is measured; by default 3.")
    private @Nullable Double duration;

    @Option(names = "--size", paramLabel = "BYTES", description = "Of a payload, at least 8; by default 64.")
    private int size = 64;

    @Option(
            names = "--in-flight",
            split = ",",
            paramLabel = "N",
            description = "How many requests are outstanding in \"requests\"; by default 64,512.")
    private @Nullable List<Integer> inFlight;

    @Option(
            names = "--jvm-arg",
            paramLabel = "ARG",
            description = "For the measured processes; by default -Xms512m and -Xmx512m. May be repeated.")
    private List<String> jvmArguments = List.of("-Xms512m", "-Xmx512m");

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all results to this file too.")
    private @Nullable Path json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Option(names = "--quick", description = "Once, for half a second: to see that it works. Its figures mean nothing.")
    private boolean quick;

    /** Exits with 0 if all was measured, 1 if something failed, 2 if the command line is wrong. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0 && arguments[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .addSubcommand(new Footprint(Machine::here))
                .registerConverter(Contender.class, text -> byLabel(Contender.values(), text))
                .setParameterExceptionHandler((wrong, given) -> {
                    wrong.getCommandLine().getErr().println("parley-bench: " + wrong.getMessage());
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println("parley-bench: " + failure.getMessage());
                    return 1;
                });
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = plan();
        PrintWriter out = commandLineOf().getOut();
        PrintWriter progress = commandLineOf().getErr();
        Machine machine = Machine.here();
        if (machine.load() > machine.cores() / 4.0) {
            progress.printf(
                    "This machine has other work (load %.1f on %d cores): expect noise%n",
                    machine.load(), machine.cores());
        }
        Set<String> warnings = new TreeSet<>();
        List<Result> results = run(plan, progress, warnings);
        if (json != null) {
            JsonMapper mapper = JsonMapper.builder().build();
            Files.writeString(
                    json,
                    mapper.writerWithDefaultPrettyPrinter()
                            .writeValueAsString(Map.of("machine", machine, "plan", plan, "results", results)));
        }
        out.println(new Report(results).toText(plan, machine));
        out.flush();
        warnings.forEach(progress::println);
        progress.flush();
        return 0;
    }

    private static List<Result> run(Plan plan, PrintWriter progress, Set<String> warnings)
            throws IOException, InterruptedException {
        var results = new ArrayList<Result>();
        int total = plan.repetitions() * plan.round(0).size();
        for (int repetition = 1; repetition <= plan.repetitions(); repetition++) {
            for (Case which : plan.round(repetition - 1)) {
                progress.printf("[%3d/%d] %-14s %-14s ", results.size() + 1, total, which.row(), which.contender());
                progress.flush();
                try {
                    Result result = new Pair(which, plan, warnings::add).run(repetition);
                    results.add(result);
                    progress.println(Report.brief(result));
                } catch (BenchmarkException e) {
                    progress.println("failed");
                    throw e;
                }
            }
        }
        return results;
    }

    private Plan plan() {
        int times = repetitions != null ? repetitions : quick ? QUICK.repetitions() : 5;
        List<Integer> counts = inFlight != null ? inFlight : quick ? QUICK.inFlight() : List.of(64, 512);
        require(times >= 1, "--repetitions must be at least 1");
        require(size >= Long.BYTES, "--size must be at least 8");
        require(size <= 1024 * 1024, "--size must be at most 1048576");
        require(counts.stream().allMatch(count -> count >= 1 && count <= 4096), "--in-flight must be 1 to 4096");
        return new Plan(
                workloads.isEmpty() ? List.of(Workload.values()) : chosenWorkloads(),
                contenders,
                counts,
                size,
                times,
                time("--warmup", warmUp, quick ? QUICK.warmUp() : Duration.ofSeconds(3)),
                time("--duration", duration, quick ? QUICK.measured() : Duration.ofSeconds(3)),
                jvmArguments);
    }

    private List<Workload> chosenWorkloads() {
        try {
            return workloads.stream()
                    .map(text -> byLabel(Workload.values(), text))
                    .distinct()
                    .toList();
        } catch (CommandLine.TypeConversionException e) {
            throw new ParameterException(commandLineOf(), "Not a workload: " + e.getMessage());
        }
    }

    private Duration time(String option, @Nullable Double seconds, Duration otherwise) {
        if (seconds == null) {
            return otherwise;
        }
        require(seconds >= 0.1 && seconds <= 600, option + " must be 0.1 to 600 seconds");
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(commandLineOf(), otherwise);
        }
    }

    private CommandLine commandLineOf() {
        if (spec == null) {
            throw new IllegalStateException("Not run from the command line");
        }
        return spec.commandLine();
    }

    private static <E extends Enum<E>> E byLabel(E[] values, String text) {
        for (E value : values) {
            if (value.toString().equals(text)) {
                return value;
            }
        }
        throw new CommandLine.TypeConversionException(
                "expected one of " + Arrays.toString(values).replaceAll("[\\[\\]]", "") + " but was '" + text + "'");
    }
}
