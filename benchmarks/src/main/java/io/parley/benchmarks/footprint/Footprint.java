package io.parley.benchmarks.footprint;

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
import java.time.Duration;
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

/** {@code ./parley-bench footprint}. Used once, by one thread. */
@Command(
        name = "footprint",
        sortOptions = false,
        description = {
            "Measures what Parley holds and uses besides its messages, in fresh processes:",
            "",
            "  idle          a peer with 100 links and nothing to say, and one that is alone",
            "  link          what one more link costs, at both ends",
            "  start         a fresh JVM, to its first answered request",
            "  mesh-memory   up to 1,000 peers in one process, over memory",
            "  mesh-sockets  up to 200 in one process, over sockets",
            "  observe       parley observe, over 200 peers",
            ""
        })
public final class Footprint implements Callable<Integer> {

    private static final int MOST_SETTLING = 86_400;
    private static final int REPETITIONS = 3;

    private final Supplier<Machine> machine;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "WHAT", arity = "0..*", description = "Any of these; by default all.")
    private List<String> names = List.of();

    @Option(names = "--repetitions", paramLabel = "N", description = "How often each is measured; by default 3.")
    private @Nullable Integer repetitions;

    @Option(
            names = "--jvm-arg",
            paramLabel = "ARG",
            description = "For the measured processes; by default -Xmx2g. May be repeated.")
    private List<String> jvmArguments = List.of("-Xmx2g");

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            description = "How long an idle peer is left alone before it is looked at; by default 60.")
    private @Nullable Integer settle;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all figures to this file too.")
    private @Nullable Path json;

    @Option(names = "--quick", description = "Once, and small: to see that it works. Its figures mean nothing.")
    private boolean quick;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    /** @param machine what this runs on, asked before anything is measured */
    public Footprint(Supplier<Machine> machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("Not run from the command line");
        }
        List<Measurement> chosen = Choice.of(Measurement.class, names, spec);
        int times = repetitions != null ? repetitions : quick ? 1 : REPETITIONS;
        if (times < 1) {
            throw new ParameterException(spec.commandLine(), "--repetitions must be at least 1");
        }
        if (settle != null && (settle < 0 || settle > MOST_SETTLING)) {
            throw new ParameterException(
                    spec.commandLine(), "--settle must be 0 to " + MOST_SETTLING + ", not " + settle);
        }
        PrintWriter out = spec.commandLine().getOut();
        Machine here = machine.get();
        List<Summary> summaries =
                Summary.of(run(chosen, times, spec.commandLine().getErr()));
        if (json != null) {
            write(json, here, times, summaries);
        }
        out.println(here.describe());
        out.printf("Fresh processes with %s, %d times%n%n", String.join(" ", jvmArguments), times);
        out.print(Table.of(summaries));
        out.flush();
        return 0;
    }

    private List<Reading> run(List<Measurement> chosen, int times, PrintWriter progress)
            throws IOException, InterruptedException {
        Scale usual = quick ? Scale.quick() : Scale.full();
        Scale scale = settle == null ? usual : usual.settling(Duration.ofSeconds(settle));
        List<Trial> trials = chosen.stream()
                .flatMap(measurement -> measurement.trials(scale).stream())
                .toList();
        return Trial.run(trials, times, jvmArguments, progress);
    }

    private void write(Path file, Machine here, int times, List<Summary> summaries) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", here);
        all.put("jvmArguments", jvmArguments);
        all.put("repetitions", times);
        all.put("figures", summaries);
        JsonFile.write(file, all);
    }
}
