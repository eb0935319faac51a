package io.parley.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code parley-bench jmh}. Confined to the main thread. */
@Command(
        name = "jmh",
        customSynopsis = "parley-bench jmh [JMH OPTION...]",
        description = "Measures parts within one process; for one, parley-bench jmh -prof gc.")
final class JmhCommand implements Callable<Integer> {

    /** Everything: what it means is JMH's affair. */
    @Unmatched
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
