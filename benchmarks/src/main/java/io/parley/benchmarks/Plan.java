package io.parley.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be measured and how often. Immutable.
 *
 * @param warmUp how long each pair works before what it does counts
 * @param measured how long it then counts
 * @param jvmArguments for every measured process, the same for all
 */
public record Plan(
        List<Workload> workloads,
        List<Contender> contenders,
        List<Integer> inFlight,
        int size,
        int repetitions,
        Duration warmUp,
        Duration measured,
        List<String> jvmArguments) {

    public Plan {
        workloads = List.copyOf(workloads);
        contenders = List.copyOf(contenders);
        inFlight = List.copyOf(inFlight);
        jvmArguments = List.copyOf(jvmArguments);
    }

    /** The order within one repetition: contenders side by side, and beginning with another one each time. */
    List<Case> round(int repetition) {
        var cases = new ArrayList<Case>();
        for (Workload workload : workloads) {
            List<Integer> each = workload == Workload.REQUESTS ? inFlight : List.of(1);
            for (int count : each) {
                for (int i = 0; i < contenders.size(); i++) {
                    Contender contender = contenders.get((i + repetition) % contenders.size());
                    cases.add(new Case(contender, workload, count, size));
                }
            }
        }
        return cases;
    }
}
