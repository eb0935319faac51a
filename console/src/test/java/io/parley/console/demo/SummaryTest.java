package io.parley.console.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.flow.Contents;
import io.parley.console.flow.Flow;
import io.parley.console.json.Json;
import io.parley.observe.FlowStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What adds up, and what does not. */
class SummaryTest {

    private static final Map<String, Long> ONE_OF_EACH =
            Map.of("read", 3L, "placed", 1L, "refused.bad-quantity", 1L, "refused.invalid-payload", 1L, "quotes", 1L);

    private final Ledger ledger = new Ledger("customer-1");

    @Test
    void everyOrderThatReachedItsEndAddsUp() {
        see(FlowStep.ANSWERED, "shop/customer-1", "orders/place", "request", "PlaceOrder", 1);
        see(FlowStep.HANDLED, "warehouse/warehouse-2", "warehouse/ship", "one-way", "ShipOrder", 1);
        see(FlowStep.HANDLED, "notification/n", "orders/events", "publish", "OrderCreated", 1);
        see(FlowStep.HANDLED, "notification/n", "warehouse/events", "publish", "OrderShipped", 1);
        see(FlowStep.FAULTED, "shop/customer-1", "orders/place", "request", "PlaceOrder", 2);
        see(FlowStep.HANDLED, "notification/n", "orders/events", "publish", "OrderRefused", 2);
        see(FlowStep.REFUSED, "shop/customer-1", "orders/place", "request", "PlaceOrder", 3);
        see(FlowStep.HANDLED, "supplier/s", "shop/quotes", "survey", "QuoteWanted", 4);

        var summary = new Summary(ONE_OF_EACH, ledger, List.of());

        assertThat(summary.addsUp()).as(summary.toJson()).isTrue();
        assertThat(Json.read(summary.toJson()).orElseThrow().get("summary"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("read", 3)
                .containsEntry("placed", 1)
                .containsEntry("refused", 2)
                .containsEntry("shippedBy", Map.of("warehouse-2", 1))
                .containsEntry("notified", 3);
    }

    @Test
    void anOrderThatWasNotShippedIsNamed() {
        see(FlowStep.ANSWERED, "shop/customer-1", "orders/place", "request", "PlaceOrder", 17);

        assertThat(problems(Map.of("read", 1L, "placed", 1L)))
                .contains("order customer-1/17 was placed, but not shipped");
    }

    @Test
    void aCustomerThatWasNotToldIsNamed() {
        see(FlowStep.FAULTED, "shop/customer-1", "orders/place", "request", "PlaceOrder", 5);

        assertThat(problems(Map.of("read", 1L, "refused.bad-quantity", 1L)))
                .contains("order customer-1/5 was refused, but the customer was not told");
    }

    @Test
    void anOrderWithNoAnswerIsMissed() {
        assertThat(problems(Map.of("read", 1L))).contains("1 read are not 0 placed and 0 refused");
        assertThat(problems(Map.of("read", 1L, "refused.unknown", 1L))).contains("had no proper answer: unknown");
        assertThat(problems(Map.of())).contains("no order was read");
    }

    @Test
    void aQuoteThatWentAstrayIsMissed() {
        see(FlowStep.HANDLED, "supplier/s", "shop/quotes", "survey", "QuoteWanted", 1);

        assertThat(problems(Map.of("read", 1L, "refused.incomplete", 1L)))
                .contains("1 quotes were given, and 0 received");
    }

    @Test
    void whatOthersSayIsNotCounted() {
        ledger.onFlow(flow(FlowStep.ANSWERED, "console/cli-1", "orders/place", "request", "PlaceOrder", "4711-1"));
        ledger.onFlow(flow(FlowStep.HANDLED, "warehouse/w", "warehouse/ship", "one-way", "ShipOrder", "4711-2"));

        assertThat(ledger.placed()).isZero();
        assertThat(ledger.shipped()).isZero();
        assertThat(ledger.missing()).isEmpty();
    }

    private String problems(Map<String, Long> customer) {
        var summary = new Summary(customer, ledger, List.of("warehouse-1 has died"));
        assertThat(summary.addsUp()).isFalse();
        assertThat(summary.toJson()).contains("warehouse-1 has died");
        return summary.toJson();
    }

    private void see(FlowStep step, String peer, String channel, String style, String type, int order) {
        ledger.onFlow(flow(step, peer, channel, style, type, "customer-1/" + order));
    }

    private static Flow flow(FlowStep step, String peer, String channel, String style, String type, String id) {
        Flow flow = new Flow(
                step,
                Instant.EPOCH,
                1,
                peer,
                channel,
                style,
                "command",
                type,
                "1-1",
                id,
                "",
                "shop/customer-1",
                peer,
                1,
                1,
                10,
                1,
                "",
                Contents.NONE);
        // As it travels from a process to the demo.
        return Flow.from(Json.read(flow.toJson()).orElseThrow()).orElseThrow();
    }
}
