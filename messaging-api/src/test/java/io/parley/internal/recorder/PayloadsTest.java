package io.parley.internal.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.message.MessageId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

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

    private static Map<String, Object> headers(@Nullable String key, Map<String, String> headers, String... redacted) {
        var payloads = new Payloads(Set.of(redacted));
        payloads.keepHeaders(ID, key, headers);
        return JsonMapper.shared().readValue('{' + payloads.headers(ID) + '}', new TypeReference<>() {});
    }

    @Test
    void keyAndHeadersAreShownButForThoseThatAreRedacted() {
        assertThat(headers("42", Map.of("via", "web", "Token", "s3cret", "a\"b", "\u001b[2J\u009b"), "token", "pin"))
                .isEqualTo(Map.of(
                        "key",
                        "42",
                        "headers",
                        Map.of("via", "web", "Token", "…redacted…", "a\"b", "\u001b[2J\u009b")));
        assertThat(headers("42", Map.of(), "Key")).isEqualTo(Map.of("key", "…redacted…"));
        assertThat(headers(null, Map.of("via", "web"))).isEqualTo(Map.of("headers", Map.of("via", "web")));
        assertThat(headers("", Map.of())).isEqualTo(Map.of("key", ""));
    }

    @Test
    void longHeadersAreCutAndManyAreLeftOut() {
        assertThat(headers("k".repeat(300), Map.of("long", "x".repeat(100_000), "short", "x".repeat(256))))
                .isEqualTo(Map.of(
                        "key",
                        "k".repeat(255) + '…',
                        "headers",
                        Map.of("long", "x".repeat(255) + '…', "short", "x".repeat(256))));
        assertThat(headers("x".repeat(254) + "😀" + "y", Map.of())).isEqualTo(Map.of("key", "x".repeat(254) + '…'));
        var many = new LinkedHashMap<String, String>();
        for (int i = 100; i < 10_000; i++) {
            many.put("name-" + i, "value");
        }
        Map<?, ?> shown = (Map<?, ?>) headers(null, many).get("headers");
        int characters = shown.entrySet().stream()
                .mapToInt(header -> header.toString().length() - 1)
                .sum();
        assertThat(characters).isBetween(2_000, 2_048);
        assertThat(shown.get("name-100")).isEqualTo("value");
    }

    @Test
    void whatHasNeitherKeyNorHeadersTakesNoRoom() {
        var payloads = new Payloads(Set.of());
        payloads.keepHeaders(ID, "1", Map.of());
        for (int i = 2; i <= 100_000; i++) {
            payloads.keepHeaders(new MessageId(1, i), null, Map.of());
        }
        payloads.keepHeaders(ID, null, Map.of());

        assertThat(payloads.headers(ID)).isEqualTo("\"key\":\"1\"");
        assertThat(payloads.headers(new MessageId(1, 2))).isNull();
    }

    @Test
    void shortHeadersMakeRoomAsWell() {
        var payloads = new Payloads(Set.of());
        for (int i = 1; i <= 50_000; i++) {
            payloads.keepHeaders(new MessageId(1, i), "1", Map.of());
        }

        assertThat(payloads.headers(new MessageId(1, 1))).isNull();
        assertThat(payloads.headers(new MessageId(1, 50_000))).isNotNull();
    }
}
