package io.parley.console.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.observe.RecordedMesh.Recorder;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Steps stand after those that brought them about, though the clocks have it otherwise. */
class CausesTest {

    private static final String CUSTOMER = "customer/c";
    private static final String ORDERS = "orders/o";
    private static final String ROUTER = "router/r";
    private static final String SUPPLIER = "supplier/s";

    /** As if the clock of the one that is asked were ahead, or behind: more than a message takes. */
    private static void withClocksApart(BiConsumer<Recorder, Recorder> record, List<String> expected) {
        for (Duration early : List.of(Duration.ofMillis(4), Duration.ofMillis(-4))) {
            var mesh = new RecordedMesh("orders/place", "request");
            record.accept(mesh.recorder(CUSTOMER), mesh.recorder(ORDERS).early(early));

            assertThat(mesh.steps()).as("seems to be ahead by " + early).isEqualTo(expected);
        }
    }

    @Test
    void aFaultComesAfterTheHandlerHasFailed() {
        withClocksApart(
                (customer, orders) -> {
                    customer.step(FlowStep.SENT, 0, CUSTOMER, ORDERS).step(FlowStep.FAULTED, 900, CUSTOMER, ORDERS);
                    orders.step(FlowStep.RECEIVED, 200, CUSTOMER, ORDERS)
                            .step(FlowStep.BEGUN, 300, CUSTOMER, ORDERS)
                            .step(FlowStep.FAULTED, 600, CUSTOMER, ORDERS)
                            .step(FlowStep.REPLIED, 600, CUSTOMER, ORDERS);
                },
                List.of(
                        "SENT customer/c",
                        "RECEIVED orders/o",
                        "BEGUN orders/o",
                        "FAULTED orders/o",
                        "REPLIED orders/o",
                        "FAULTED customer/c"));
    }

    @Test
    void aRefusalComesAfterTheReceiverHasRefused() {
        withClocksApart(
                (customer, orders) -> {
                    customer.step(FlowStep.SENT, 0, CUSTOMER, ORDERS).step(FlowStep.REFUSED, 900, CUSTOMER, ORDERS);
                    orders.step(FlowStep.RECEIVED, 200, CUSTOMER, ORDERS).step(FlowStep.REFUSED, 300, CUSTOMER, ORDERS);
                },
                List.of("SENT customer/c", "RECEIVED orders/o", "REFUSED orders/o", "REFUSED customer/c"));
    }

    @Test
    void aRequestIsRefusedAfterItWasSentThoughNobodyReceivedIt() {
        withClocksApart(
                (customer, orders) -> {
                    customer.step(FlowStep.SENT, 0, CUSTOMER, ORDERS).step(FlowStep.REFUSED, 900, CUSTOMER, ORDERS);
                    orders.step(FlowStep.REFUSED, 300, CUSTOMER, ORDERS);
                },
                List.of("SENT customer/c", "REFUSED orders/o", "REFUSED customer/c"));
    }

    @Test
    void aLateReplyIsDroppedAfterItLeft() {
        for (Duration early : List.of(Duration.ofMillis(4), Duration.ofMillis(-4))) {
            var mesh = new RecordedMesh("orders/place", "request");
            mesh.recorder(CUSTOMER)
                    .step(FlowStep.SENT, 0, CUSTOMER, ORDERS)
                    .step(FlowStep.TIMED_OUT, 100, CUSTOMER, ORDERS)
                    .step(FlowStep.DROPPED, 900, "1", ORDERS, CUSTOMER, "late reply, dropped");
            mesh.recorder(ORDERS)
                    .early(early)
                    .step(FlowStep.RECEIVED, 200, CUSTOMER, ORDERS)
                    .step(FlowStep.REPLIED, 600, CUSTOMER, ORDERS);

            assertThat(mesh.steps())
                    .as("seems to be ahead by " + early)
                    .startsWith("SENT customer/c")
                    .endsWith("REPLIED orders/o", "DROPPED customer/c");
        }
    }

    @Test
    void aRequestThatWasGivenUpNeedsNoReplyBeforeThat() {
        var mesh = new RecordedMesh("orders/place", "request");
        mesh.recorder(CUSTOMER)
                .step(FlowStep.SENT, 0, CUSTOMER, ORDERS)
                .step(FlowStep.DROPPED, 300, "1", CUSTOMER, ORDERS, "given up by the caller");
        mesh.recorder(ORDERS)
                .step(FlowStep.RECEIVED, 200, CUSTOMER, ORDERS)
                .step(FlowStep.REPLIED, 600, CUSTOMER, ORDERS);

        assertThat(mesh.steps())
                .containsExactly("SENT customer/c", "RECEIVED orders/o", "DROPPED customer/c", "REPLIED orders/o");
    }

    @Test
    void aLateResponseToASurveyIsDroppedAfterItLeftAndNoOtherIsWaitedFor() {
        var mesh = new RecordedMesh("shop/quotes", "survey");
        mesh.recorder(CUSTOMER)
                .step(FlowStep.SENT, 0, CUSTOMER, "shop/quotes")
                .step(FlowStep.DROPPED, 400, "1", CUSTOMER, SUPPLIER, "late response");
        mesh.recorder(SUPPLIER)
                .early(Duration.ofMillis(-4))
                .step(FlowStep.RECEIVED, 200, CUSTOMER, SUPPLIER)
                .step(FlowStep.REPLIED, 300, CUSTOMER, SUPPLIER);
        mesh.recorder("supplier/t")
                .step(FlowStep.RECEIVED, 200, CUSTOMER, "supplier/t")
                .step(FlowStep.REPLIED, 9_000, CUSTOMER, "supplier/t");

        assertThat(mesh.steps())
                .startsWith("SENT customer/c")
                .containsSubsequence("REPLIED supplier/s", "DROPPED customer/c", "REPLIED supplier/t");
    }

    @Test
    void aRouterPassesOnWhatItHasReceivedAndBringsBackWhatWasAnswered() {
        var mesh = new RecordedMesh("orders/place", "request");
        mesh.recorder(CUSTOMER).step(FlowStep.SENT, 0, CUSTOMER, ROUTER).step(FlowStep.ANSWERED, 900, CUSTOMER, ROUTER);
        mesh.recorder(ROUTER)
                .early(Duration.ofMillis(4))
                .step(FlowStep.RECEIVED, 100, CUSTOMER, ROUTER)
                .step(FlowStep.SENT, 200, CUSTOMER, ORDERS)
                .step(FlowStep.ANSWERED, 800, CUSTOMER, ORDERS);
        mesh.recorder(ORDERS)
                .early(Duration.ofMillis(-4))
                .step(FlowStep.RECEIVED, 300, CUSTOMER, ORDERS)
                .step(FlowStep.HANDLED, 600, CUSTOMER, ORDERS)
                .step(FlowStep.REPLIED, 600, CUSTOMER, ORDERS);

        assertThat(mesh.steps())
                .containsExactly(
                        "SENT customer/c",
                        "RECEIVED router/r",
                        "SENT router/r",
                        "RECEIVED orders/o",
                        "HANDLED orders/o",
                        "REPLIED orders/o",
                        "ANSWERED router/r",
                        "ANSWERED customer/c");
    }

    @Test
    void whatAPeerDidInBetweenStaysInBetweenWhateverTheClocksContradict() {
        // Two messages between the same peers that no shift of the clocks brings together: they were read badly.
        var mesh = new RecordedMesh("orders/place", "request");
        mesh.recorder(CUSTOMER)
                .step(FlowStep.SENT, 100, "1", CUSTOMER, ORDERS, "")
                .step(FlowStep.ANSWERED, 150, "1", CUSTOMER, ORDERS, "")
                .step(FlowStep.SENT, 160, "3", CUSTOMER, "payment/p", "");
        mesh.recorder(ORDERS)
                .step(FlowStep.RECEIVED, 0, "1", CUSTOMER, ORDERS, "")
                .step(FlowStep.BEGUN, 10, "1", CUSTOMER, ORDERS, "")
                .step(FlowStep.SENT, 20, "2", ORDERS, "payment/p", "")
                .step(FlowStep.HANDLED, 300, "1", CUSTOMER, ORDERS, "")
                .step(FlowStep.REPLIED, 300, "1", CUSTOMER, ORDERS, "");

        assertThat(mesh.steps())
                .containsExactly(
                        "SENT customer/c",
                        "RECEIVED orders/o",
                        "BEGUN orders/o",
                        "SENT orders/o",
                        "HANDLED orders/o",
                        "REPLIED orders/o",
                        "ANSWERED customer/c",
                        "SENT customer/c");
        assertThat(mesh.tell().steps())
                .extracting(Story.Step::nanos)
                .isSortedAccordingTo(Long::compare)
                .startsWith(0L);
    }

    @Test
    void whatAPeerSendsToItselfIsSentFirstThoughThatIsRecordedLast() {
        var mesh = new RecordedMesh("orders/place", "request");
        mesh.recorder(ORDERS)
                .step(FlowStep.RECEIVED, 1, ORDERS, ORDERS)
                .step(FlowStep.SENT, 2, ORDERS, ORDERS)
                .step(FlowStep.FAULTED, 3, ORDERS, ORDERS);

        assertThat(mesh.steps()).containsExactly("SENT orders/o", "RECEIVED orders/o", "FAULTED orders/o");
    }

    @Test
    void whatNeedsEachOtherIsToldAllTheSame() {
        var mesh = new RecordedMesh("orders/place", "request");
        mesh.recorder("a/1").step(FlowStep.SENT, 1, CUSTOMER, "b/1");
        mesh.recorder("b/1").step(FlowStep.SENT, 2, CUSTOMER, "a/1");

        assertThat(mesh.steps()).hasSize(2);
    }
}
