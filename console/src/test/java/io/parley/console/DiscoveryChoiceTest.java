package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.DiscoveryException;
import io.parley.environment.Environment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiscoveryChoiceTest {

    private static final Map<String, String> NOTHING = Map.of();

    @Test
    void withoutAnUrlConsulIsWhereItsOwnCommandLineLooks() {
        assertThat(DiscoveryChoice.of("consul", NOTHING).text()).isEqualTo("consul=http://127.0.0.1:8500");
        assertThat(DiscoveryChoice.of("consul", Map.of("CONSUL_HTTP_ADDR", "registry:85"))
                        .text())
                .isEqualTo("consul=http://registry:85");
        assertThat(DiscoveryChoice.of("consul", Map.of("CONSUL_HTTP_ADDR", "registry:85", "CONSUL_HTTP_SSL", "true"))
                        .text())
                .isEqualTo("consul=https://registry:85");
        assertThat(DiscoveryChoice.of("consul", Map.of("CONSUL_HTTP_ADDR", "https://registry"))
                        .text())
                .isEqualTo("consul=https://registry");
        assertThat(DiscoveryChoice.of("consul=registry", NOTHING).text()).isEqualTo("consul=http://registry");
        assertThat(DiscoveryChoice.of("local", NOTHING).text()).isEqualTo("local");
    }

    @Test
    void aTokenIsShownNowhere() {
        DiscoveryChoice choice = DiscoveryChoice.of("consul", Map.of("CONSUL_HTTP_TOKEN", "secret"));
        assertThat(choice + choice.text() + choice.describe("shop") + choice.open("shop"))
                .doesNotContain("secret");
    }

    @Test
    void certificatesAreTakenFromWhereConsulsOwnCommandLineTakesThem() {
        assertThatThrownBy(
                        () -> DiscoveryChoice.of("consul=https://registry", Map.of("CONSUL_CACERT", "/no/such/ca.pem"))
                                .open("default")
                                .open(Environment.system()))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("/no/such/ca.pem");
    }
}
