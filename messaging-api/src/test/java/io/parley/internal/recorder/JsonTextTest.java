package io.parley.internal.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {

    @Test
    void whateverTheTextSaysItIsReadAsItWas() {
        String text = "\"quoted\" \\ back\b\f\n\r\t \0 \u001f \u2028 \u2029 \u00e4 \ud83d\ude00 </script>";
        JsonNode read = JsonMapper.builder()
                .build()
                .readTree(new JsonText()
                        .beginObject()
                        .field("a", text)
                        .field("b", -5)
                        .field("c", true)
                        .name("d")
                        .beginArray()
                        .value("x")
                        .beginObject()
                        .endObject()
                        .raw("1")
                        .endArray()
                        .field(text, "")
                        .endObject()
                        .toBytes());

        assertThat(read.get("a").asString()).isEqualTo(text);
        assertThat(read.get("b").asInt()).isEqualTo(-5);
        assertThat(read.get("c").asBoolean()).isTrue();
        assertThat(read.get("d").size()).isEqualTo(3);
        assertThat(read.has(text)).isTrue();
    }

    @Test
    void halfACharacterDoesNoHarm() {
        assertThat(new JsonText().value("a\ud83d").value("\ude00b").toString()).isEqualTo("\"a\\ud83d\",\"\\ude00b\"");
    }
}
