package io.parley.consul.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConsulJsonTest {

    @Test
    void aRegistrationSaysAllThatAnAgentHasToKnow() {
        var registration = new Registration(
                "orders:orders-1:00ab51c09d3e77f2",
                "orders",
                "10.0.0.7",
                7001,
                List.of("parley", "v7"),
                new TreeMap<>(Map.of("parley-protocol", "1")),
                Duration.ofSeconds(15),
                Duration.ofMinutes(10));
        assertThat(new String(ConsulJson.registration(registration, false), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"ID\":\"orders:orders-1:00ab51c09d3e77f2\",\"Name\":\"orders\",\"Address\":\"10.0.0.7\",\"Port\":7001,"
                                + "\"Tags\":[\"parley\",\"v7\"],\"Meta\":{\"parley-protocol\":\"1\"},"
                                + "\"Check\":{\"CheckID\":\"service:orders:orders-1:00ab51c09d3e77f2\",\"Name\":\"Parley peer\","
                                + "\"Notes\":\"The peer renews this while its I/O answers.\",\"TTL\":\"15000ms\",\"Status\":\"critical\","
                                + "\"DeregisterCriticalServiceAfter\":\"600s\"}}");
        assertThat(new String(ConsulJson.registration(registration, true), StandardCharsets.UTF_8))
                .contains("\"Status\":\"passing\"");
    }
}
