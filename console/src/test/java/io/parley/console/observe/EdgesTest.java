package io.parley.console.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.flow.Contents;
import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures of edges, by seconds that the test makes up. */
class EdgesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CUSTOMER = "customer/c";
    private static final String ORDERS = "orders/o";
    private static final long START = 1_000;

    private final Edges edges = new Edges();

    private void add(FlowStep step, String style, String to, Duration took, long second) {
        String peer =
                switch (step) {
                    case SENT, ANSWERED, TIMED_OUT -> CUSTOMER;
                    default -> ORDERS;
                };
        edges.add(
                new Flow(
                        step,
                        NOW,
                        0,
                        peer,
                        "orders/place",
                        style,
                        "command",
                        "PlaceOrder",
                        "1-1",
                        "talk",
                        "",
                        CUSTOMER,
                        to,
                        1,
                        took.toNanos(),
                        10,
                        1,
                        "",
                        Contents.NONE),
                second);
    }

    private void request(Duration took, long second) {
        add(FlowStep.SENT, "request", ORDERS, Duration.ZERO, second);
        add(FlowStep.RECEIVED, "request", ORDERS, Duration.ZERO, second);
        add(FlowStep.HANDLED, "request", ORDERS, took.dividedBy(2), second);
        add(FlowStep.ANSWERED, "request", ORDERS, took, second);
    }

    private Edge edge(long second) {
        List<Edge> all = edges.edges(second, NOW);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void aTimeIsThatOfTheAnswerAndCountsForTwentySeconds() {
        request(Duration.ofMillis(750), START);
        for (int second = 1; second < 20; second++) {
            request(Duration.ofMillis(2), START + second);
        }

        assertThat(edge(START + 19).p50Nanos()).isEqualTo(2_000_000);
        assertThat(edge(START + 19).p99Nanos()).as("the cold start").isEqualTo(750_000_000);
        assertThat(edge(START + 20).p99Nanos()).as("no more").isEqualTo(2_000_000);
        assertThat(edge(START + 38).p50Nanos()).isEqualTo(2_000_000);
    }

    @Test
    void aQuietEdgeHasNoTimesButItsCountsStay() {
        request(Duration.ofMillis(5), START);
        add(FlowStep.TIMED_OUT, "request", ORDERS, Duration.ofSeconds(1), START);

        assertThat(edge(START + 19).p50Nanos()).isEqualTo(5_000_000);
        Edge quiet = edge(START + 20);
        assertThat(quiet.p50Nanos()).isZero();
        assertThat(quiet.p99Nanos()).isZero();
        assertThat(quiet.rate()).isZero();
        assertThat(quiet.messages()).isEqualTo(1);
        assertThat(quiet.errors()).isEqualTo(1);
    }

    @Test
    void ofManyTimesTheLatestCount() {
        for (int i = 0; i < 10_000; i++) {
            request(Duration.ofMillis(i < 9_000 ? 100 : 1), START);
        }

        assertThat(edge(START + 1).p99Nanos()).isEqualTo(1_000_000);
    }

    @Test
    void whereNobodyAnswersTheHandlersTimeCounts() {
        add(FlowStep.SENT, "one-way", ORDERS, Duration.ofMillis(90), START);
        add(FlowStep.BEGUN, "one-way", ORDERS, Duration.ofMillis(80), START);
        add(FlowStep.HANDLED, "one-way", ORDERS, Duration.ofMillis(3), START);

        assertThat(edge(START).p50Nanos()).isEqualTo(3_000_000);
    }

    @Test
    void aRateIsThatOfTheLastFiveWholeSecondsWhicheverEndTells() {
        for (int second = 0; second < 10; second++) {
            request(Duration.ofMillis(1), START + second);
            add(FlowStep.SENT, "request", ORDERS, Duration.ZERO, START + second);
        }

        assertThat(edge(START + 10).rate()).isEqualTo(2);
        assertThat(edge(START + 12).rate()).isEqualTo(6 / 5.0);
        assertThat(edge(START + 10).messages()).isEqualTo(20);
    }

    @Test
    void whereNoReceiverIsKnownThereIsNoEdge() {
        add(FlowStep.SENT, "publish", "orders/place", Duration.ZERO, START);
        add(FlowStep.SENT, "request", "orders", Duration.ZERO, START);

        assertThat(edges.edges(START + 1, NOW)).isEmpty();
    }

    @Test
    void anEdgeThatIsQuietForTenMinutesIsForgotten() {
        request(Duration.ofMillis(5), START);

        assertThat(edges.edges(START + 600, NOW.plusSeconds(600))).hasSize(1);
        assertThat(edges.edges(START + 601, NOW.plusSeconds(601))).isEmpty();
    }
}
