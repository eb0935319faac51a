package io.parley.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.message.MessageId;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PayloadsTest {

    private static final MessageId ID = new MessageId(1, 1);

    private static String shown(String payload, String... redacted) {
        var payloads = new Payloads(Set.of(redacted));
        byte[] octets = ("<" + payload + ">").getBytes(StandardCharsets.UTF_8);
        payloads.keep(ID, false, octets, 1, octets.length - 2);
        return payloads.json(ID, false);
    }

    @Test
    void jsonIsShownAsItIsButForFieldsThatAreRedacted() {
        assertThat(shown("{\"a\": 1.50, \"b\": [true, {\"pin\": [1, {\"x\": 2}], \"c\": null}]}", "pin"))
                .isEqualTo("{\"a\":1.50,\"b\":[true,{\"pin\":\"…redacted…\",\"c\":null}]}");
        assertThat(shown("{\"pin\": 4711}")).isEqualTo("{\"pin\":4711}");
        assertThat(shown("\"text\"", "pin")).isEqualTo("\"text\"");
    }

    @Test
    void whatIsNotOneJsonValueIsTextOrNothing() {
        for (String payload : new String[] {"pin=1", "1 2", "{\"pin\":1", "[1]]", " ", "{\"a\":1} {\"pin\":2}"}) {
            assertThat(shown(payload, "pin")).as(payload).isNull();
            assertThat(shown(payload)).as(payload).startsWith("\"").endsWith("\"");
        }
        var deep = "[".repeat(10_000);
        assertThat(shown(deep, "pin")).isNull();
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        assertThat(shown('"' + "x".repeat(16 * 1024) + '"')).isNull();
        assertThat(shown('"' + "x".repeat(16 * 1024 - 2) + '"')).isNotNull();
        assertThat(Payloads.isKept(0)).isFalse();
    }

    @Test
    void theOldestMakeRoom() {
        var payloads = new Payloads(Set.of());
        byte[] octets = ('"' + "x".repeat(10_000) + '"').getBytes(StandardCharsets.UTF_8);
        for (int i = 1; i <= 1_000; i++) {
            payloads.keep(new MessageId(1, i), true, octets, 0, octets.length);
        }

        assertThat(payloads.json(new MessageId(1, 1), true)).isNull();
        assertThat(payloads.json(new MessageId(1, 1_000), true)).isNotNull();
        assertThat(payloads.json(new MessageId(1, 1_000), false)).isNull();
        assertThat(payloads.json(new MessageId(1, 600), true)).isNotNull();
        assertThat(payloads.json(new MessageId(1, 550), true)).isNull();
    }
}
