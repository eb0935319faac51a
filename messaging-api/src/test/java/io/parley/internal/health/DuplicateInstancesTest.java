package io.parley.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.discovery.Instance;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TestCore;
import io.parley.testkit.SimulatedEnvironment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DuplicateInstancesTest {

    private final PeerContext core = TestCore.bound(SimulatedEnvironment.seeded(1), Limits.defaults());
    private final DuplicateInstances duplicates = new DuplicateInstances(core);

    private static Instance instance(String name, long incarnation, int port, int since) {
        return new Instance(
                "orders",
                name,
                incarnation,
                "tcp://127.0.0.1:" + port,
                "",
                new TreeMap<>(),
                Instant.ofEpochSecond(since),
                Map.of());
    }

    private List<Instance> settle(Instance... snapshot) {
        return duplicates.settle(List.of(snapshot), instance -> false);
    }

    @Test
    void snapshotWithoutDuplicatesStaysAsItIs() {
        Instance one = instance("one", 1, 1, 0);
        Instance two = instance("two", 2, 2, 0);
        assertThat(settle(one, two)).containsExactly(one, two);
        assertThat(core.complaints.latest()).isEmpty();
    }

    @Test
    void ofTwoWithOneNameTheLatestIsUsedAndTheDisputeIsReportedOnce() {
        Instance former = instance("one", 1, 1, 10);
        Instance latter = instance("one", 2, 2, 20);
        assertThat(settle(former, latter)).containsExactly(latter);
        assertThat(settle(latter, former)).containsExactly(latter);
        assertThat(duplicates.contenders()).isEmpty();
        assertThat(core.complaints.latest()).singleElement().satisfies(told -> assertThat(told.what())
                .startsWith("Two peers claim to be orders/one, at "));
    }

    @Test
    void successorAtTheSameAddressIsNoDispute() {
        Instance former = instance("one", 1, 1, 10);
        Instance latter = instance("one", 2, 1, 20);
        assertThat(settle(former, latter)).containsExactly(latter);
        assertThat(core.complaints.latest()).isEmpty();
    }

    @Test
    void ofTwoWithOneIncarnationBothAreDialledUntilOneAnswers() {
        Instance former = instance("one", 7, 1, 10);
        Instance latter = instance("two", 7, 2, 20);
        assertThat(settle(former, latter)).containsExactly(latter);
        assertThat(duplicates.contenders()).containsExactly(former);
        assertThat(duplicates.isContested(former)).isTrue();

        assertThat(duplicates.settle(List.of(former, latter), former::equals)).containsExactly(former);
        assertThat(duplicates.contenders()).isEmpty();
        assertThat(duplicates.isAnyContested()).isTrue();
    }

    @Test
    void unknownIncarnationsAreNotTheSame() {
        Instance one = instance("one", 0, 1, 0);
        Instance two = instance("two", 0, 2, 0);
        assertThat(settle(one, two)).containsExactly(one, two);
        assertThat(duplicates.isAnyContested()).isFalse();
    }
}
