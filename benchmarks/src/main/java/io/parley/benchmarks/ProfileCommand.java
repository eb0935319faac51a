package io.parley.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parley-bench profile}. Confined to the main thread. */
@Command(
        name = "profile",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Tells where Java code is while a workload runs, as the JDK's flight recorder samples it in both processes (every 10 or 20 ms, once it is"
                    + " warm). What the kernel and the JVM itself do is not in it.",
            "Each row once; --repetitions means nothing here."
        })
final class ProfileCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final PlanOptions options = new PlanOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("Not run from the command line");
        }
        PrintWriter out = spec.commandLine().getOut();
        Plan plan;
        try {
            plan = options.toPlan();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        for (Case which : plan.round(0)) {
            Path recordings = Files.createTempDirectory("parley-profile-");
            try {
                Result result = new Pair(which, recording(plan, which, recordings), Jdk.current(), out::println).run(1);
                Profile profile = read(recordings);
                out.printf(
                        "%s, %s: %s, %d samples%n%s%n",
                        which.row(),
                        which.contender(),
                        Report.brief(result).strip(),
                        profile.samples(),
                        profile.toText());
                out.flush();
            } finally {
                delete(recordings);
            }
        }
        return 0;
    }

    /** The same for one case, recorded from when it is warm. */
    private static Plan recording(Plan plan, Case which, Path directory) {
        var arguments = new ArrayList<String>(
                plan.jvmArguments().isEmpty() ? Plan.heap(which.workload()) : plan.jvmArguments());
        // The JVM takes no less, and both processes need most of it to start.
        long delay = 1 + plan.warmUp(which).toSeconds();
        arguments.add("-XX:StartFlightRecording=settings=profile,delay=" + delay + "s,filename=" + directory);
        arguments.add("-Xlog:jfr*=off");
        arguments.add("-XX:+UnlockDiagnosticVMOptions");
        arguments.add("-XX:+DebugNonSafepoints");
        return new Plan(List.of(which.row()), List.of(which.contender()), 1, plan.warmUp(), plan.measured(), arguments);
    }

    private static Profile read(Path directory) throws IOException {
        var profile = new Profile();
        for (Path file : files(directory)) {
            profile.add(file);
        }
        return profile;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
