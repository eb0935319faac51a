package io.parley.console.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.observe.FlowStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowFilterTest {

    private static Flow flow(Map<String, ?> fields) {
        var flow = new LinkedHashMap<String, Object>(Map.of(
                "step", "FAULTED",
                "at", "2026-01-01T00:00:00Z",
                "peer", "orders/o",
                "channel", "orders/place",
                "style", "request",
                "kind", "command",
                "type", "PlaceOrder",
                "id", "00000000000000aa-1",
                "correlationId", "talk-1",
                "detail", "Out of stock"));
        flow.put("key", "Key-17");
        flow.put("headers", Map.of("Came-By", "Phone"));
        flow.putAll(fields);
        return Flow.ofFields(flow).orElseThrow();
    }

    private static boolean finds(String text) {
        return new FlowFilter(Map.of("text", text)).test(flow(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "place",
                "ORDERS/PLACE",
                "aa-1",
                "talk-1",
                "of STOCK",
                "key-17",
                "came-by",
                "PHONE",
                "by: ph",
                "came-by=phone"
            })
    void aTextIsFoundInUpperOrLowerCase(String text) {
        assertThat(finds(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "came-by: fax", "phonecame", "key-17phone", "headers"})
    void aTextThatIsNotThereIsNotFound(String text) {
        assertThat(finds(text)).isFalse();
    }

    @Test
    void allThatIsAskedForHasToBeSo() {
        var wanted = Map.of("text", "phone", "kind", "command", "style", "request", "outcome", "failed");
        var filter = new FlowFilter(wanted);

        assertThat(filter.test(flow(Map.of()))).isTrue();
        assertThat(filter.test(flow(Map.of("kind", "event")))).isFalse();
        assertThat(filter.test(flow(Map.of("style", "publish")))).isFalse();
        assertThat(filter.test(flow(Map.of("step", "HANDLED")))).isFalse();
        assertThat(filter.test(flow(Map.of("headers", Map.of())))).isFalse();
        assertThat(new FlowFilter(Map.of("text", "", "kind", "")).test(flow(Map.of())))
                .isTrue();
    }

    @Test
    void everyOutcomeCanBeAskedFor() {
        for (String outcome : List.of("done", "failed", "faulted", "refused", "timed-out", "lost")) {
            var filter = new FlowFilter(Map.of("outcome", outcome));
            assertThat(Stream.of(FlowStep.values()).filter(step -> filter.test(flow(Map.of("step", step.name())))))
                    .as(outcome)
                    .isNotEmpty()
                    .noneMatch(step -> step.isTrouble() == outcome.equals("done"));
        }
    }

    @Test
    void whatNothingCanHaveIsToldWithWhatThereIs() {
        assertThatThrownBy(() -> new FlowFilter(Map.of("kind", "Command")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected as kind one of document, command, event, not 'Command'");
        assertThatThrownBy(() -> new FlowFilter(Map.of("style", "x".repeat(100_000))))
                .message()
                .hasSizeLessThan(400);
        assertThatThrownBy(() -> new FlowFilter(Map.of("text", "x".repeat(256))))
                .hasMessage("expected as text 255 characters at most");
    }

    @Test
    void aPeerThatTellsMoreThanPeersDoIsCutShort() {
        var many = new LinkedHashMap<String, Object>();
        many.put("number", 7);
        many.put("nothing", null);
        for (int i = 0; i < 10_000; i++) {
            many.put("header-" + i, "value");
        }
        Contents contents =
                flow(Map.of("headers", many, "key", "k".repeat(100_000))).contents();

        assertThat(contents.headers()).containsEntry("header-0", "value").doesNotContainKeys("number", "nothing");
        assertThat(String.join("", contents.headers().keySet())).hasSizeLessThan(4_096);
        assertThat(contents.key()).hasSize(4_096);
        var shown = new ArrayList<Object>();
        for (Object wrong : List.of("text", 1, List.of("a"), Map.of("a", Map.of()))) {
            shown.add(flow(Map.of("headers", wrong)).contents().headers());
        }
        assertThat(shown).containsOnly(Map.of());
    }
}
