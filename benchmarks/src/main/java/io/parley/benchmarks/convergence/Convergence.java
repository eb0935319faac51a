package io.parley.benchmarks.convergence;

import io.parley.benchmarks.Machine;
import io.parley.benchmarks.lab.ConsulAgent;
import io.parley.benchmarks.lab.JsonFile;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.lab.Summary;
import io.parley.benchmarks.lab.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./parley-bench convergence}. Used once, by one thread. */
@Command(
        name = "convergence",
        sortOptions = false,
        description = {
            "Measures how soon peers that find each other through Consul know of changes: of an instance that is new, of one that "
                    + "closes, and of one that is killed. Each instance is in a process of its own; another process asks once a "
                    + "millisecond.",
            ""
        })
public final class Convergence implements Callable<Integer> {

    private static final int REPETITIONS = 20;
    private static final int WARM_UP = 5;

    private final Supplier<Machine> machine;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--repetitions", paramLabel = "N", description = "How often each is measured; by default 20.")
    private @Nullable Integer repetitions;

    @Option(
            names = "--consul",
            paramLabel = "URL",
            description = "Of an agent that is there already; by default one is started, and fetched if there is none.")
    private @Nullable String consul;

    @Option(
            names = "--further-services",
            paramLabel = "N",
            description = "How many more services the one who asks watches; by default none.")
    private int furtherServices;

    @Option(
            names = "--jvm-arg",
            paramLabel = "ARG",
            description = "For the instances' processes; by default -Xmx256m. May be repeated.")
    private List<String> jvmArguments = List.of("-Xmx256m");

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all figures to this file too.")
    private @Nullable Path json;

    @Option(names = "--quick", description = "Once, and cold: to see that it works. Its figures mean nothing.")
    private boolean quick;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    /** @param machine what this runs on, asked before anything is measured */
    public Convergence(Supplier<Machine> machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("Not run from the command line");
        }
        int times = repetitions != null ? repetitions : quick ? 1 : REPETITIONS;
        if (times < 1) {
            throw new ParameterException(spec.commandLine(), "--repetitions must be at least 1");
        }
        if (furtherServices < 0) {
            throw new ParameterException(spec.commandLine(), "--further-services must be at least 0");
        }
        Machine here = machine.get();
        PrintWriter progress = spec.commandLine().getErr();
        progress.printf("About %d s%n", 25 + 4 * times);
        progress.flush();
        try (var lab = new Lab(jvmArguments)) {
            ConsulAgent agent = consul == null ? ConsulAgent.start(lab) : ConsulAgent.at(consul);
            try (var prober = new Prober(agent, furtherServices)) {
                List<Reading> readings = new Trials(lab, agent, prober, progress).run(quick ? 0 : WARM_UP, times);
                report(here, agent, times, Summary.of(readings), prober);
            }
        }
        return 0;
    }

    private String besides() {
        return furtherServices == 0 ? "" : "; " + furtherServices + " further services are watched";
    }

    private void report(Machine here, ConsulAgent agent, int times, List<Summary> summaries, Prober prober)
            throws IOException {
        long questions = prober.questions();
        Map<Long, String> failures = Map.copyOf(prober.failures());
        if (json != null) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("machine", here);
            all.put("consul", agent.description());
            all.put("jvmArguments", jvmArguments);
            all.put("repetitions", times);
            all.put("furtherServices", furtherServices);
            all.put("questions", questions);
            all.put("failures", new TreeSet<>(failures.values()));
            all.put("figures", summaries);
            JsonFile.write(json, all);
        }
        if (spec == null) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(here.describe());
        out.printf("%s; %d times%s%n%n", agent.description(), times, besides());
        out.print(Table.of(summaries));
        out.printf("%nOf %,d questions %,d failed%n", questions, failures.size());
        failures.values().stream()
                .collect(Collectors.groupingBy(failure -> failure, Collectors.counting()))
                .forEach((failure, count) -> out.printf("  %d: %s%n", count, failure));
        out.flush();
    }
}
