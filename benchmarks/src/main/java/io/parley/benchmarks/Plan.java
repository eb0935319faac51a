package io.parley.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be measured and how often. Immutable.
 *
 * @param warmUp how long each pair works before what it does counts; if null, as long as each contender needs
 * @param measured how long it then counts
 * @param jvmArguments for every measured process, the same for all; if empty, {@link #heap}
 */
public record Plan(
        List<Row> rows,
        List<Contender> contenders,
        int repetitions,
        @Nullable Duration warmUp,
        Duration measured,
        List<String> jvmArguments) {

    public Plan {
        rows = List.copyOf(rows);
        contenders = List.copyOf(contenders);
        jvmArguments = List.copyOf(jvmArguments);
    }

    /** The order within one repetition: contenders side by side, and beginning with another one each time. */
    List<Case> round(int repetition) {
        var cases = new ArrayList<Case>();
        for (Row row : rows) {
            List<Contender> those = contenders.stream()
                    .filter(contender -> contender.has(row.workload()))
                    .toList();
            for (int i = 0; i < those.size(); i++) {
                cases.add(new Case(those.get((i + repetition) % those.size()), row));
            }
        }
        return cases;
    }

    /** Whom the others are compared to: raw JeroMQ, or else the first that is not Parley, or else Parley itself. */
    Contender yardstick() {
        if (contenders.contains(Contender.RAW_JEROMQ)) {
            return Contender.RAW_JEROMQ;
        }
        return contenders.stream()
                .filter(contender -> !contender.isParley())
                .findFirst()
                .orElse(contenders.get(0));
    }

    Duration warmUp(Case which) {
        return warmUp != null ? warmUp : which.contender().warmUp(which.workload());
    }

    List<String> jvmArguments(Case which, int jdk) {
        var arguments = new ArrayList<String>(jvmArguments.isEmpty() ? heap(which.workload()) : jvmArguments);
        arguments.addAll(which.contender().jvmArguments(jdk));
        return arguments;
    }

    /** How long it takes in all, about: a second to start and to end each pair. */
    Duration expected() {
        Duration sum = Duration.ZERO;
        for (Case which : round(0)) {
            int times = which.workload() == Workload.BESIDE ? 2 : 1;
            sum = sum.plusSeconds(1).plus(warmUp(which).plus(measured).multipliedBy(times));
        }
        return sum.multipliedBy(repetitions);
    }

    /** What every process gets if nothing else is asked for. */
    static List<String> heap(Workload workload) {
        return workload.isLarge()
                ? List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch")
                : List.of("-Xms512m", "-Xmx512m");
    }
}
