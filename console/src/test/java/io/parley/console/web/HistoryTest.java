package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.web.MeshModel.SeenEdge;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private final History history = new History();

    @Test
    void ratesAddUpAndMediansAreWeighed() {
        history.note(List.of(
                edge("a/1", "x/y", 3, 1, 1_000_000), edge("a/2", "x/y", 1, 0, 5_000_000), edge("b/1", "x/z", 9, 0, 0)));

        var past = history.of(edge -> edge.channel().equals("x/y"));

        assertThat(past.get("rate")).containsExactly(4.0);
        assertThat(past.get("errors")).containsExactly(1.0);
        assertThat(past.get("p50Millis")).containsExactly(2.0);
        assertThat(past.get("p99Millis")).containsExactly(50.0);
    }

    @Test
    void anEdgeThatIsNoMoreHasDoneNothingSince() {
        history.note(List.of(edge("a/1", "x/y", 3, 0, 1_000_000)));
        history.note(List.of());
        history.note(List.of(edge("a/1", "x/y", 5, 0, 1_000_000)));

        assertThat(history.of(edge -> true).get("rate")).containsExactly(3.0, 0.0, 5.0);
    }

    @Test
    void itGoesBackSoFarAndNoFurther() {
        for (int second = 0; second < History.SECONDS + 7; second++) {
            history.note(List.of(edge("a/1", "x/y", second, 0, 0)));
        }

        List<Double> rates = history.of(edge -> true).get("rate");
        assertThat(rates).hasSize(History.SECONDS).startsWith(7.0).endsWith(History.SECONDS + 6.0);

        for (int second = 0; second < History.SECONDS; second++) {
            history.note(Collections.emptyList());
        }
        assertThat(history.of(edge -> true).get("rate")).containsOnly(0.0);
    }

    private static SeenEdge edge(String from, String channel, double rate, double errors, long median) {
        return new SeenEdge(from, "x/1", channel, "request", 1, 0, rate, errors, median, 10 * median, Instant.EPOCH);
    }
}
