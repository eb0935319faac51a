package io.parley.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be said on the command line about what is measured. Confined to the main thread. */
final class PlanOptions {

    private static final int LEAST_LARGE = 64 << 10;
    private static final int LARGEST = 64 << 20;
    private static final int LARGEST_PLAIN = 1 << 20;
    private static final Duration SHORT = Duration.ofMillis(500);

    /** Texts, as picocli takes one that is no workload for something else. */
    @Parameters(
            paramLabel = "WORKLOAD",
            arity = "0..*",
            description =
                    "Any of round-trip, requests, one-way, publish, records, paced, transfer and beside; by default all.")
    private List<String> workloads = List.of();

    @Option(
            names = "--against",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Whom Parley is measured against, any of raw-jeromq, grpc, grpc-default, vertx, rsocket and raw-tcp, or"
                            + " all, or none; by default raw-jeromq. Ratios are to raw-jeromq, or else to the first named.")
    private List<String> against = List.of("raw-jeromq");

    @Option(
            names = "--parley",
            split = ",",
            paramLabel = "NAME",
            description = "Which of parley, parley-inline and parley-unrecorded, or none; by default the first two.")
    private List<String> parley = List.of("parley", "parley-inline");

    @Option(names = "--repetitions", paramLabel = "N", description = "How often everything is measured; by default 5.")
    private @Nullable Integer repetitions;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description =
                    "How long each pair works before it is measured; by default 3, 10 for Parley, and 15 for grpc, grpc-default,"
                            + " vertx and rsocket.")
    private @Nullable Double warmUp;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "How long it is measured; by default 3.")
    private @Nullable Double duration;

    @Option(
            names = "--size",
            split = ",",
            paramLabel = "BYTES",
            description =
                    "Of a payload, a row each; by default 64, in one-way 64,1024, in transfer 65536,1048576,16777216,"
                            + "67108864, in beside 67108864. Records are as large as they are.")
    private @Nullable List<Integer> sizes;

    @Option(
            names = "--in-flight",
            split = ",",
            paramLabel = "N",
            description = "How many requests are outstanding, a row each; by default 64,512, in records 512.")
    private @Nullable List<Integer> inFlight;

    @Option(
            names = "--subscribers",
            split = ",",
            paramLabel = "N",
            description = "How many there are in publish, a row each; by default 1,4.")
    private @Nullable List<Integer> subscribers;

    @Option(
            names = "--rate",
            split = ",",
            paramLabel = "N",
            description = "How many requests a second are due in paced, a row each; by default 10000.")
    private @Nullable List<Integer> rates;

    @Option(
            names = "--jvm-arg",
            paramLabel = "ARG",
            description =
                    "For the measured processes; by default -Xms512m and -Xmx512m, where payloads are large 2g. May be"
                            + " repeated.")
    private List<String> jvmArguments = List.of();

    @Option(names = "--quick", description = "Once, for half a second: to see that it works. Its figures mean nothing.")
    private boolean quick;

    /** @throws IllegalArgumentException if something is out of range, with what was expected */
    Plan toPlan() {
        int times = repetitions != null ? repetitions : quick ? 1 : 5;
        require(times >= 1, "--repetitions must be at least 1");
        List<Contender> contenders = contenders();
        var rows = new ArrayList<Row>();
        List<Workload> all = List.of(Workload.values());
        List<Workload> chosen = workloads.isEmpty() ? all : named("WORKLOAD", workloads, all);
        chosen.stream().distinct().forEach(workload -> rows.addAll(rows(workload)));
        for (Row row : rows) {
            require(
                    contenders.stream().anyMatch(contender -> contender.has(row.workload())),
                    "None of " + contenders + " has " + row.workload());
        }
        return new Plan(
                rows,
                contenders,
                times,
                warmUp != null ? seconds("--warmup", warmUp) : quick ? SHORT : null,
                duration != null ? seconds("--duration", duration) : quick ? SHORT : Duration.ofSeconds(3),
                jvmArguments);
    }

    private List<Contender> contenders() {
        List<Contender> all = Stream.of(Contender.values()).toList();
        List<Contender> ours = all.stream().filter(Contender::isParley).toList();
        List<Contender> others =
                all.stream().filter(contender -> !contender.isParley()).toList();
        List<Contender> chosen = Stream.concat(
                        contenders("--against", against, others).stream(),
                        contenders("--parley", parley, ours).stream())
                .distinct()
                .toList();
        require(!chosen.isEmpty(), "There is nobody left to measure");
        return chosen;
    }

    private static List<Contender> contenders(String option, List<String> names, List<Contender> from) {
        if (names.equals(List.of("none"))) {
            return List.of();
        }
        if (names.equals(List.of("all"))) {
            return from;
        }
        return named(option, names, from);
    }

    private static <E extends Enum<E>> List<E> named(String option, List<String> names, List<E> from) {
        return names.stream()
                .map(name -> from.stream()
                        .filter(one -> one.toString().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                option + " expects some of " + from + ", but was '" + name + "'")))
                .toList();
    }

    private List<Row> rows(Workload workload) {
        List<Integer> loads =
                switch (workload) {
                    case REQUESTS, RECORDS -> inFlight;
                    case PUBLISH -> subscribers;
                    case PACED -> rates;
                    default -> null;
                };
        List<Integer> bytes = workload == Workload.RECORDS ? null : sizes;
        var rows = new ArrayList<Row>();
        for (int size : bytes != null ? bytes : workload.sizes()) {
            int least = workload.isLarge() ? LEAST_LARGE : Long.BYTES;
            int largest = workload.isLarge() ? LARGEST : LARGEST_PLAIN;
            require(
                    size >= least && size <= largest,
                    "--size must be " + least + " to " + largest + " in " + workload + ", not " + size);
            for (int load : loads != null ? loads : workload.loads()) {
                requireLoad(workload, load);
                rows.add(new Row(workload, load, size));
            }
        }
        return rows;
    }

    private static void requireLoad(Workload workload, int load) {
        switch (workload) {
            case REQUESTS, RECORDS -> require(load >= 1 && load <= 4096, "--in-flight must be 1 to 4096");
            case PUBLISH -> require(load >= 1 && load <= 64, "--subscribers must be 1 to 64");
            case PACED -> require(load >= 1 && load <= 10_000_000, "--rate must be 1 to 10000000");
            default -> {
                // It has none.
            }
        }
    }

    private static Duration seconds(String option, double seconds) {
        require(seconds >= 0.1 && seconds <= 600, option + " must be 0.1 to 600 seconds");
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
