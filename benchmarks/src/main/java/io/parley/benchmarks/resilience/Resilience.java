package io.parley.benchmarks.resilience;

import io.parley.benchmarks.Machine;
import io.parley.benchmarks.lab.Choice;
import io.parley.benchmarks.lab.JsonFile;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.lab.Summary;
import io.parley.benchmarks.lab.Table;
import io.parley.benchmarks.lab.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./parley-bench resilience}. Used once, by one thread. */
@Command(
        name = "resilience",
        sortOptions = false,
        description = {
            "Counts what becomes of messages and memory when instances fail or are attacked, in fresh processes:",
            "",
            "  restart  three instances restarted one after another under load, found by a directory and by Consul",
            "  kill     one of three instances killed under load",
            "  freeze   an instance stopped for longer than its callers wait, then continued",
            "  hole     a network that passes nothing on for a while",
            "  attacks  strangers and large messages that try to fill the heap",
            ""
        })
public final class Resilience implements Callable<Integer> {

    private static final int LEAST_HEAP = 32;

    private final Supplier<Machine> machine;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "WHAT", arity = "0..*", description = "Any of these; by default all.")
    private List<String> names = List.of();

    @Option(names = "--repetitions", paramLabel = "N", description = "How often each is tried; by default 1.")
    private int repetitions = 1;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            split = ",",
            description = "Maximum heaps of attacked peers; by default 64,256,1024.")
    private @Nullable List<Integer> heaps;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all figures to this file too.")
    private @Nullable Path json;

    @Option(names = "--quick", description = "Small and short: to see that it works. Its figures mean nothing.")
    private boolean quick;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    /** @param machine what this runs on, asked before anything is measured */
    public Resilience(Supplier<Machine> machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("Not run from the command line");
        }
        List<Experiment> chosen = Choice.of(Experiment.class, names, spec);
        if (repetitions < 1) {
            throw new ParameterException(spec.commandLine(), "--repetitions must be at least 1");
        }
        if (heaps != null && heaps.stream().anyMatch(heap -> heap < LEAST_HEAP)) {
            throw new ParameterException(spec.commandLine(), "--heap must be at least " + LEAST_HEAP);
        }
        PrintWriter out = spec.commandLine().getOut();
        Machine here = machine.get();
        List<Summary> summaries = Summary.of(run(chosen, spec.commandLine().getErr()));
        if (json != null) {
            write(json, here, summaries);
        }
        out.println(here.describe());
        out.println();
        out.print(Table.of(summaries));
        out.flush();
        return 0;
    }

    private List<Reading> run(List<Experiment> chosen, PrintWriter progress) throws IOException, InterruptedException {
        Scale usual = quick ? Scale.quick() : Scale.full();
        Scale scale = heaps == null ? usual : usual.withHeaps(heaps);
        List<Trial> trials = chosen.stream()
                .flatMap(experiment -> experiment.trials(scale).stream())
                .toList();
        return Trial.run(trials, repetitions, List.of(), progress);
    }

    private void write(Path file, Machine here, List<Summary> summaries) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", here);
        all.put("repetitions", repetitions);
        all.put("figures", summaries);
        JsonFile.write(file, all);
    }
}
