package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConsulDiscoveryBuilderTest {

    @Test
    void settingsThatCanNeverWorkAreRefusedByName() {
        refuses("\"Shop-\"", builder -> builder.prefix("Shop-"));
        refuses("\"a/b\"", builder -> builder.datacenter("a/b"));
        refuses("\"\"", builder -> builder.tag(""));
        refuses("\"a\nb\"", builder -> builder.zone("a\nb"));
        refuses("PT0.5S", builder -> builder.ttl(Duration.ofMillis(500)));
        refuses("PT59S", builder -> builder.removeAfter(Duration.ofSeconds(59)));
        refuses("PT11M", builder -> builder.watchTime(Duration.ofMinutes(11)));
        refuses("PT0S", builder -> builder.requestTimeout(Duration.ZERO));
        refuses("PT-1S", builder -> builder.grace(Duration.ofSeconds(-1)));
        refuses("not 0", builder -> builder.connections(0));
    }

    private static void refuses(String value, Consumer<ConsulDiscoveryBuilder> setting) {
        ConsulDiscoveryBuilder builder = ConsulDiscovery.builder("http://127.0.0.1:8500");
        assertThatThrownBy(() -> setting.accept(builder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(value);
    }
}
