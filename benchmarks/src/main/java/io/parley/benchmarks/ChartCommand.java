package io.parley.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley-bench chart}. Confined to the main thread. */
@Command(name = "chart", description = "Draws results that were written with --json.")
final class ChartCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RESULTS.json", description = "What --json wrote.")
    private @Nullable Path results;

    @Parameters(paramLabel = "FILE.svg", description = "Where the chart goes.")
    private @Nullable Path chart;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        if (results == null || chart == null) {
            throw new IllegalStateException("Not run from the command line");
        }
        Files.writeString(chart, new Chart(Results.read(results)).toSvg());
        return 0;
    }
}
