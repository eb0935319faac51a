package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.flow.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FlowQueueTest {

    private long sequence;

    @Test
    void whatIsLittleIsAllKeptInItsOrder() {
        var queue = new FlowQueue(flow -> true);
        List<Flow> flows = flows(40);

        queue.add(flows);

        assertThat(queue.take()).isEqualTo(flows);
        assertThat(queue.take()).isEmpty();
        assertThat(queue.leftOut()).isZero();
    }

    @Test
    void whatIsNotWantedNeitherWaitsNorCounts() {
        var queue = new FlowQueue(flow -> flow.step().name().equals("SENT"));

        queue.add(flows(10));

        assertThat(queue.take())
                .hasSize(10)
                .allSatisfy(flow -> assertThat(flow.step().name()).isEqualTo("SENT"));
        assertThat(queue.leftOut()).isZero();
    }

    @Test
    void aBrowserThatDoesNotReadCostsNoMoreThanSoMuch() {
        var queue = new FlowQueue(flow -> true);

        queue.add(flows(50_000));

        int waiting = queue.take().size();
        assertThat(waiting).isPositive().isLessThanOrEqualTo(2_000);
        assertThat(queue.leftOut()).isEqualTo(100_000 - waiting);
    }

    @Test
    void ofTooMuchItKeepsSomeMessagesWithAllTheirStepsAndAllAgainLater() {
        var queue = new FlowQueue(flow -> true);
        List<Flow> last = List.of();
        for (int i = 0; i < 12; i++) {
            queue.add(flows(600));
            last = queue.take();
        }

        assertThat(queue.stride()).isGreaterThan(1);
        assertThat(last).hasSizeBetween(20, 600);
        Map<String, Long> steps = last.stream().collect(Collectors.groupingBy(Flow::id, Collectors.counting()));
        assertThat(steps.values()).containsOnly(2L);

        for (int i = 0; i < 12; i++) {
            queue.add(flows(2));
            queue.take();
        }
        assertThat(queue.stride()).isEqualTo(1);
    }

    /** Two steps each of {@code count} messages. */
    private List<Flow> flows(int count) {
        var flows = new ArrayList<Flow>();
        for (int i = 0; i < count; i++) {
            sequence++;
            for (String step : List.of("SENT", "ANSWERED")) {
                var flow = new HashMap<String, Object>();
                flow.put("step", step);
                flow.put("at", "2026-11-24T18:00:00Z");
                flow.put("id", "00000000000000aa-" + sequence);
                flows.add(Flow.from(Map.of("flow", flow)).orElseThrow());
            }
        }
        return flows;
    }
}
