package io.parley.console.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.terminal.Terminal;
import io.parley.observe.FlowStep;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Flows as lines of text. */
class FlowTextTest {

    private static String line(FlowStep step, String peer, String to) {
        var terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream()),
                false);
        var flow = new Flow(
                step,
                Instant.EPOCH,
                0,
                peer,
                "orders/events",
                "publish",
                "event",
                "Made",
                "1",
                "talk",
                "",
                "orders/o-1",
                to,
                1,
                0,
                10,
                1,
                "",
                Contents.NONE);
        return new FlowText(terminal).line(flow).replaceAll(" +", " ");
    }

    @Test
    void whatIsPublishedGoesToTheWholeChannel() {
        assertThat(line(FlowStep.SENT, "orders/o-1", "orders/events")).contains("o-1 → orders/events publish");
    }

    @Test
    void whatCouldNotBePublishedWasForTheWholeChannelToo() {
        assertThat(line(FlowStep.REFUSED, "orders/o-1", "orders/events")).contains("o-1 → orders/events publish");
    }

    @Test
    void whatOneOfThemReceivedWentToThatOne() {
        assertThat(line(FlowStep.HANDLED, "notification/n-1", "notification/n-1"))
                .contains("o-1 → n-1 publish");
    }
}
