package io.parley.consul;

import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.testkit.Await;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A watcher that keeps the names of what it was told. Thread-safe. */
final class Sightings implements ServiceResolver.Watcher {

    private final List<Set<String>> snapshots = new CopyOnWriteArrayList<>();
    private final List<Exception> problems = new CopyOnWriteArrayList<>();
    private volatile Collection<Instance> instances = List.of();

    @Override
    public void onSnapshot(Collection<Instance> told) {
        instances = told;
        snapshots.add(told.stream().map(Instance::name).collect(Collectors.toSet()));
    }

    @Override
    public void onError(Exception problem) {
        problems.add(problem);
    }

    List<Set<String>> snapshots() {
        return snapshots;
    }

    List<Exception> problems() {
        return problems;
    }

    /** Those of the last snapshot; none before the first. */
    Set<String> names() {
        return snapshots.isEmpty() ? Set.of() : snapshots.get(snapshots.size() - 1);
    }

    Instance only() {
        return instances.iterator().next();
    }

    /** Waits until it was last told exactly these. */
    void await(String... names) {
        Await.until(
                () -> "instances " + List.of(names) + " rather than " + snapshots + ", with problems " + problems,
                Duration.ofSeconds(40),
                () -> !snapshots.isEmpty()
                        && snapshots.get(snapshots.size() - 1).equals(Set.of(names)));
    }

    void awaitProblem() {
        Await.until("a problem", () -> !problems.isEmpty());
    }
}
