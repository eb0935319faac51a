package io.parley.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ConflatingWatcherTest {

    private static final Instance ONE = instance("one", "inmem://1");
    private static final Instance TWO = instance("two", "inmem://2");

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Object> told = new ArrayList<>();
    private Runnable duringCall = () -> {};
    private boolean isRejecting;

    private final ConflatingWatcher watcher = new ConflatingWatcher(
            "orders",
            new ServiceResolver.Watcher() {
                @Override
                public void onSnapshot(Collection<Instance> instances) {
                    told.add(List.copyOf(instances));
                    duringCall.run();
                }

                @Override
                public void onError(Exception problem) {
                    told.add(String.valueOf(problem.getMessage()));
                    duringCall.run();
                }
            },
            task -> {
                if (isRejecting) {
                    throw new RejectedExecutionException();
                }
                tasks.add(task);
            });

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void nothingIsToldInTheCallersThread() {
        watcher.onSnapshot(List.of(ONE));
        assertThat(told).isEmpty();
        runTasks();
        assertThat(told).containsExactly(List.of(ONE));
    }

    @Test
    void ofSeveralSnapshotsOnlyTheLatestIsToldInOneTask() {
        watcher.onSnapshot(List.of());
        watcher.onSnapshot(List.of(ONE));
        watcher.onSnapshot(List.of(ONE, TWO));
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(told).containsExactly(List.of(ONE, TWO));
    }

    @Test
    void equalSnapshotIsNotRepeatedInWhateverOrder() {
        watcher.onSnapshot(List.of(ONE, TWO));
        runTasks();
        watcher.onSnapshot(List.of(TWO, instance("one", "inmem://1")));
        runTasks();
        assertThat(told).hasSize(1);
    }

    @Test
    void snapshotOfTheSameSizeThatDiffersIsTold() {
        Instance moved = instance("two", "inmem://3");
        watcher.onSnapshot(List.of(ONE, TWO));
        runTasks();
        watcher.onSnapshot(List.of(ONE, moved));
        runTasks();
        assertThat(told).containsExactly(List.of(ONE, TWO), List.of(ONE, moved));
    }

    @Test
    void emptySnapshotIsTold() {
        watcher.onSnapshot(List.of());
        runTasks();
        assertThat(told).containsExactly(List.of());
    }

    @Test
    void latestErrorIsToldBetweenTheLatestSnapshotsBeforeAndAfterIt() {
        watcher.onSnapshot(List.of());
        watcher.onSnapshot(List.of(ONE));
        watcher.onError(new IllegalStateException("first"));
        watcher.onSnapshot(List.of(TWO));
        watcher.onError(new IllegalStateException("second"));
        watcher.onSnapshot(List.of());
        watcher.onSnapshot(List.of(ONE, TWO));
        runTasks();
        assertThat(told).containsExactly(List.of(TWO), "second", List.of(ONE, TWO));
    }

    @Test
    void equalSnapshotIsRepeatedAfterAnError() {
        watcher.onSnapshot(List.of(ONE));
        watcher.onError(new IllegalStateException("away"));
        watcher.onSnapshot(List.of(ONE));
        runTasks();
        assertThat(told).containsExactly(List.of(ONE), "away", List.of(ONE));
    }

    @Test
    void snapshotDuringACallIsToldAfterItByTheSameTask() {
        duringCall = () -> {
            duringCall = () -> {};
            watcher.onSnapshot(List.of(TWO));
            assertThat(told).hasSize(1);
        };
        watcher.onSnapshot(List.of(ONE));
        tasks.remove().run();
        assertThat(tasks).isEmpty();
        assertThat(told).containsExactly(List.of(ONE), List.of(TWO));
    }

    @Test
    void watcherThatThrowsIsCalledAgain() {
        duringCall = () -> {
            throw new IllegalStateException("This watcher always throws");
        };
        watcher.onSnapshot(List.of(ONE));
        watcher.onError(new IllegalStateException("away"));
        runTasks();
        watcher.onSnapshot(List.of(TWO));
        runTasks();
        assertThat(told).containsExactly(List.of(ONE), "away", List.of(TWO));
    }

    @Test
    void nothingIsToldOnceItIsClosed() {
        watcher.onSnapshot(List.of(ONE));
        watcher.onError(new IllegalStateException("away"));
        watcher.close();
        runTasks();
        watcher.onSnapshot(List.of(TWO));
        runTasks();
        assertThat(told).isEmpty();
    }

    @Test
    void rejectedTaskIsMadeUpForByTheNext() {
        isRejecting = true;
        watcher.onSnapshot(List.of(ONE));
        isRejecting = false;
        watcher.onSnapshot(List.of(TWO));
        runTasks();
        assertThat(told).containsExactly(List.of(TWO));
    }

    private static Instance instance(String name, String address) {
        return new Instance("orders", name, 1, address, "", new TreeMap<>(), Instant.EPOCH, Map.of());
    }
}
