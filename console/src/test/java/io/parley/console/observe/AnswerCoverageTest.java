package io.parley.console.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.observe.FlowStep;
import org.junit.jupiter.api.Test;

/** Stories by those who are still there, and still remember. */
class AnswerCoverageTest {

    private static final String CUSTOMER = "customer/c";
    private static final String ORDERS = "orders/o";
    private static final String PAYMENT = "payment/p";

    private final RecordedMesh mesh = new RecordedMesh("orders/place", "request");

    private void ordersAnswers() {
        mesh.recorder(ORDERS)
                .step(FlowStep.RECEIVED, 200_000, CUSTOMER, ORDERS)
                .step(FlowStep.BEGUN, 200_100, CUSTOMER, ORDERS)
                .step(FlowStep.HANDLED, 200_200, CUSTOMER, ORDERS)
                .step(FlowStep.REPLIED, 200_200, CUSTOMER, ORDERS);
    }

    @Test
    void whetherAReplyCameToOneThatIsGoneIsNotKnown() {
        ordersAnswers();

        assertThat(mesh.tell().messages().get(0).missing())
                .containsExactly(
                        "orders/o has replied; whether that came to customer/c is not known: customer/c did not"
                                + " answer");
        assertThat(mesh.tell().doubts()).containsExactly("nobody could ask customer/c");
    }

    @Test
    void whetherARefusalCameToOneThatHasForgottenIsNotKnown() {
        mesh.recorder(CUSTOMER).remembersSince(500_000).isFull();
        mesh.recorder(ORDERS).step(FlowStep.REFUSED, 200_000, "1", CUSTOMER, ORDERS, "no");

        assertThat(mesh.tell().messages().get(0).missing())
                .containsExactly(
                        "orders/o has refused it (no); whether that came to customer/c is not known: customer/c does"
                                + " not remember that far back");
    }

    @Test
    void thatAReplyCameIsKnownByTheOneThatAsked() {
        ordersAnswers();
        mesh.recorder(CUSTOMER)
                .step(FlowStep.SENT, 199_000, CUSTOMER, ORDERS)
                .step(FlowStep.ANSWERED, 201_000, CUSTOMER, ORDERS);

        assertThat(mesh.tell().messages().get(0).missing()).isEmpty();
        assertThat(mesh.tell().doubts()).isEmpty();
    }

    @Test
    void oneWhoseMemoryDoesNotReachBackIsNamed() {
        mesh.recorder(PAYMENT).step(FlowStep.RECEIVED, 200_000, ORDERS, PAYMENT);
        mesh.recorder(ORDERS).remembersSince(500_000).isFull();

        assertThat(mesh.tell().doubts()).containsExactly("orders/o remembers nothing from before 2025-12-31T23:59:59Z");
    }

    @Test
    void oneThatHasForgottenTheBeginningIsNamedThoughItTellsTheEnd() {
        mesh.recorder(PAYMENT).step(FlowStep.RECEIVED, 200_000, ORDERS, PAYMENT);
        mesh.recorder(ORDERS)
                .step(FlowStep.ANSWERED, 500_000, ORDERS, PAYMENT)
                .remembersSince(500_000)
                .isFull();

        assertThat(mesh.tell().doubts()).hasSize(1);
    }

    @Test
    void oneThatHasBeenRestartedIsNamed() {
        mesh.recorder(PAYMENT).step(FlowStep.RECEIVED, 200_000, ORDERS, PAYMENT);
        mesh.recorder(ORDERS).remembersSince(500_000);

        assertThat(mesh.tell().doubts()).hasSize(1);
    }

    @Test
    void oneThatRemembersNothingIsNamed() {
        mesh.recorder(PAYMENT).step(FlowStep.RECEIVED, 200_000, ORDERS, PAYMENT);
        mesh.recorder(ORDERS).remembersNothing();

        assertThat(mesh.tell().doubts()).containsExactly("orders/o remembers nothing");
    }

    @Test
    void oneWhoseFirstStepIsOfTheStoryHasForgottenNothing() {
        mesh.recorder(CUSTOMER).step(FlowStep.SENT, 100_000, CUSTOMER, ORDERS);
        mesh.recorder(ORDERS).step(FlowStep.RECEIVED, 200_000, CUSTOMER, ORDERS).remembersSince(200_000);

        assertThat(mesh.tell().doubts()).isEmpty();
    }

    @Test
    void oneThatHasNothingToDoWithItMayForget() {
        mesh.recorder(CUSTOMER).step(FlowStep.SENT, 100_000, CUSTOMER, ORDERS);
        mesh.recorder(ORDERS).step(FlowStep.RECEIVED, 200_000, CUSTOMER, ORDERS);
        mesh.recorder(PAYMENT).remembersSince(500_000).isFull();

        assertThat(mesh.tell().doubts()).isEmpty();
    }

    @Test
    void whetherAMessageArrivedAtOneThatHasForgottenIsNotKnown() {
        mesh.recorder(CUSTOMER).step(FlowStep.SENT, 100_000, CUSTOMER, ORDERS);
        mesh.recorder(ORDERS).remembersSince(500_000).isFull();

        assertThat(mesh.tell().messages().get(0).missing())
                .contains("whether it arrived is not known: orders/o does not remember that far back");
    }
}
