package io.parley.console.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    private static final String TEXT = "{ \"a\" : [ 1.50, {} , [] ],\n \"b\" : \"x: { \\\" }\" }";

    @Test
    void compactAndPrettyChangeNothingButSpace() {
        assertThat(Json.compact(TEXT)).isEqualTo("{\"a\":[1.50,{},[]],\"b\":\"x: { \\\" }\"}");
        assertThat(Json.pretty(TEXT)).isEqualTo("""
                        {
                          "a": [
                            1.50,
                            {},
                            []
                          ],
                          "b": "x: { \\" }"
                        }""");
        assertThat(Json.pretty("[]")).isEqualTo("[]");
        assertThat(Json.compact(Json.pretty(TEXT))).isEqualTo(Json.compact(TEXT));
    }

    @Test
    void oneValueIsJsonAndMoreAreNot() {
        Json.check(TEXT);
        assertThat(Json.isJson("7")).isTrue();
        assertThatThrownBy(() -> Json.check("{} {}")).hasMessageContaining("more than one value");
        assertThatThrownBy(() -> Json.check(" ")).hasMessageContaining("empty");
    }

    @Test
    void aPayloadIsPutInAsItIs() {
        String line = Json.write(Map.of("payload", Json.raw("{ \"price\": 1.50 }")));
        assertThat(line).isEqualTo("{\"payload\":{\"price\":1.50}}");
        assertThat(Json.write(Map.of("payload", Json.raw("no JSON")))).isEqualTo("{\"payload\":\"no JSON\"}");
    }

    @Test
    void nothingThatATerminalTakesForAnOrderIsWrittenAsItIs() {
        var hostile = Map.of("\u001b[2J", "\u0000\u0007\u007f\u009b31m\u202e\u2066 stays: é 😀 \u00a0");

        String line = Json.write(hostile);

        assertThat(line)
                .doesNotContainPattern("[\\p{Cc}\u202a-\u202e\u2066-\u2069]")
                .contains("stays: é 😀 \u00a0");
        assertThat(Json.read(line)).contains(new HashMap<>(hostile));
    }

    @Test
    void whatIsNoObjectIsNotRead() {
        assertThat(Json.read("{\"a\":1}")).contains(Map.of("a", 1));
        assertThat(Json.read("WARNING: [1]")).isEmpty();
        assertThat(Json.read("[1]")).isEmpty();
    }
}
