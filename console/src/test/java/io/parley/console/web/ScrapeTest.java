package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.flow.Flow;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ScrapeTest {

    @Test
    void figuresStandInLinesThatPrometheusReads() {
        assertThat(Scrape.of(new Figures()).lines())
                .contains(
                        "# TYPE parley_peer_up gauge",
                        "parley_peer_up{service=\"orders\",instance=\"orders-1\"} 1",
                        "parley_peer_up{service=\"orders\",instance=\"a \\\"b\\\" \\\\ \\n\"} 0",
                        "parley_messages_total{from=\"shop/s\",to=\"orders/orders-1\",channel=\"orders/place\",style=\"request\"} 1234567890123",
                        "parley_failures_total{from=\"shop/s\",to=\"orders/orders-1\",channel=\"orders/place\",style=\"request\"} 7",
                        "parley_message_seconds{from=\"shop/s\",to=\"orders/orders-1\",channel=\"orders/place\",style=\"request\",quantile=\"0.5\"} 0.0025",
                        "parley_steps_left_out_total 3")
                .allSatisfy(
                        line -> assertThat(line)
                                .matches(
                                        "# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{([a-z]+=\"([^\"\\\\\\n]|\\\\.)*\",?)+})? [-0-9.E]+"));
    }

    @Test
    void noAlarmIsRungForThoseThatWentOnPurposeOrCameToLook() {
        assertThat(Scrape.of(new Figures()).lines())
                .filteredOn(line -> line.startsWith("parley_peer_up{"))
                .hasSize(2)
                .noneMatch(line -> line.contains("shut-down") || line.contains("cli-"));
    }

    /** Some peers and what one of them was asked. Immutable. */
    private static final class Figures implements MeshModel {

        @Override
        public String mesh() {
            return "figures";
        }

        @Override
        public List<SeenPeer> peers() {
            return List.of(
                    peer("orders-1", Condition.UP, false),
                    peer("a \"b\" \\ \n", Condition.GONE, false),
                    peer("shut-down", Condition.LEFT, false),
                    peer("cli-1", Condition.UP, true),
                    peer("cli-2", Condition.GONE, true));
        }

        private static SeenPeer peer(String instance, Condition condition, boolean isPassing) {
            return new SeenPeer(
                    "orders/" + instance,
                    "orders",
                    instance,
                    condition,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    "",
                    new TreeMap<>(),
                    isPassing);
        }

        @Override
        public List<SeenEdge> edges() {
            return List.of(new SeenEdge(
                    "shop/s",
                    "orders/orders-1",
                    "orders/place",
                    "request",
                    1_234_567_890_123L,
                    7,
                    1,
                    0,
                    2_500_000,
                    9_000_000,
                    Instant.EPOCH));
        }

        @Override
        public long leftOut() {
            return 3;
        }

        @Override
        public Runnable listen(Consumer<List<Flow>> listener) {
            return () -> {};
        }

        @Override
        public List<Flow> recent(Predicate<Flow> wanted, int most) {
            return List.of();
        }

        @Override
        public String state(String label) {
            return "{}";
        }

        @Override
        public String story(String id) {
            return "{}";
        }
    }
}
