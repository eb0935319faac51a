package io.parley.console.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.terminal.Terminal;
import io.parley.observe.FlowStep;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stories as lines of text. */
class StoryTextTest {

    private final Terminal terminal = new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream()),
            false);

    private List<String> lines(RecordedMesh mesh) {
        return new StoryText(terminal).lines(mesh.tell());
    }

    @Test
    void namesAllWhoSubscribeByTheirWholeChannel() {
        var mesh = new RecordedMesh("orders/events", "publish");
        mesh.recorder("orders/orders-1").step(FlowStep.SENT, 0, "orders/orders-1", "orders/events");
        mesh.recorder("notification/n-1").step(FlowStep.RECEIVED, 100, "orders/orders-1", "notification/n-1");

        assertThat(lines(mesh))
                .anySatisfy(line -> assertThat(line).contains("sent", "orders-1 → orders/events"))
                .anySatisfy(line -> assertThat(line).contains("received", "orders-1 → n-1"));
    }

    @Test
    void saysWhatIsNotKnownAndWhoHasForgotten() {
        var mesh = new RecordedMesh("orders/place", "request");
        mesh.recorder("customer/c-1").remembersSince(500_000).isFull();
        mesh.recorder("orders/o-1")
                .step(FlowStep.RECEIVED, 100, "customer/c-1", "orders/o-1")
                .step(FlowStep.BEGUN, 200, "customer/c-1", "orders/o-1")
                .step(FlowStep.HANDLED, 300, "customer/c-1", "orders/o-1")
                .step(FlowStep.REPLIED, 300, "customer/c-1", "orders/o-1");

        assertThat(lines(mesh))
                .contains(
                        "  but orders/o-1 has replied; whether that came to customer/c-1 is not known: customer/c-1"
                                + " does not remember that far back",
                        "But customer/c-1 remembers nothing from before 2025-12-31T23:59:59Z.");
    }
}
