package io.parley.benchmarks;

import io.parley.benchmarks.convergence.Convergence;
import io.parley.benchmarks.footprint.Footprint;
import io.parley.benchmarks.resilience.Resilience;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@code ./parley-bench}. Confined to the main thread. */
@Command(
        name = "parley-bench",
        sortOptions = false,
        abbreviateSynopsis = true,
        description =
                "Measures Parley beside others: each in two processes on loopback, one after the other, in turns.",
        subcommands = {ChartCommand.class, JmhCommand.class, ProfileCommand.class})
public final class Bench implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final PlanOptions options = new PlanOptions();

    @Option(
            names = "--jdk",
            paramLabel = "HOME",
            description = "Of another JDK, for the measured processes; by default this one.")
    private @Nullable Path jdkHome;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all results to this file too.")
    private @Nullable Path json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draws the ratios into this file.")
    private @Nullable Path svg;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    /** Exits with 0 if all was measured, 1 if something failed, 2 if the command line is wrong. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .addSubcommand(new Footprint(Bench::here))
                .addSubcommand(new Convergence(Bench::here))
                .addSubcommand(new Resilience(Bench::here))
                .setParameterExceptionHandler((wrong, given) -> {
                    wrong.getCommandLine().getErr().println("parley-bench: " + wrong.getMessage());
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println("parley-bench: " + failure.getMessage());
                    return 1;
                });
    }

    private static Machine here() {
        return Machine.here(Jdk.current(), List.of(Contender.PARLEY));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = commandLineOf().getOut();
        PrintWriter progress = commandLineOf().getErr();
        Plan plan = plan();
        Jdk jdk = jdkHome == null ? Jdk.current() : Jdk.at(jdkHome);
        Machine machine = Machine.here(jdk, plan.contenders());
        if (machine.load() > machine.cores() / 4.0) {
            progress.printf(
                    "This machine has other work (load %.1f on %d cores): expect noise%n",
                    machine.load(), machine.cores());
        }
        Set<String> warnings = new TreeSet<>();
        List<String> failures = new ArrayList<>();
        Results results = new Results(machine, plan, run(plan, jdk, progress, warnings, failures));
        if (json != null) {
            results.write(json);
        }
        out.println(new Report(results).toText());
        out.flush();
        warnings.forEach(progress::println);
        failures.forEach(failure -> progress.println("parley-bench: " + failure));
        progress.flush();
        if (svg != null) {
            Files.writeString(svg, new Chart(results).toSvg());
        }
        return failures.isEmpty() ? 0 : 1;
    }

    /** What fails is told, and the rest goes on: a long run is not lost to one contender. */
    private static List<Result> run(
            Plan plan, Jdk jdk, PrintWriter progress, Set<String> warnings, List<String> failures)
            throws IOException, InterruptedException {
        var results = new ArrayList<Result>();
        int total = plan.repetitions() * plan.round(0).size();
        int number = 0;
        progress.printf("About %s%n", Report.time(plan.expected()));
        for (int repetition = 1; repetition <= plan.repetitions(); repetition++) {
            for (Case which : plan.round(repetition - 1)) {
                progress.printf("[%3d/%d] %-17s %-14s ", ++number, total, which.row(), which.contender());
                progress.flush();
                try {
                    Result result = new Pair(which, plan, jdk, warnings::add).run(repetition);
                    results.add(result);
                    progress.println(Report.brief(result));
                } catch (BenchmarkException e) {
                    progress.println("failed");
                    failures.add(which.contender() + ", " + which.row() + ", repetition " + repetition + ": "
                            + e.getMessage());
                }
            }
        }
        return results;
    }

    private Plan plan() {
        try {
            return options.toPlan();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLineOf(), e.getMessage());
        }
    }

    private CommandLine commandLineOf() {
        if (spec == null) {
            throw new IllegalStateException("Not run from the command line");
        }
        return spec.commandLine();
    }
}
