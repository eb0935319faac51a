package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.DiscoveryException;
import io.parley.environment.Environment;
import io.parley.zmq.ZmqTransport;
import java.util.List;
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
    void addressesMayBeGivenInsteadOfARegistry() {
        DiscoveryChoice choice = DiscoveryChoice.of("at=tcp://10.0.0.7:7001,router:7002,[::1]:7003", NOTHING);
        assertThat(choice.text()).isEqualTo("at=tcp://10.0.0.7:7001,tcp://router:7002,tcp://[::1]:7003");
        assertThat(DiscoveryChoice.of(choice.text(), NOTHING)).isEqualTo(choice);
        for (String wrong : List.of(
                "at=", "at=host", "at=host:0", "at=host:65536", "at=a:1,", "at=http://a:1", "at=a b:1", "at=::1:5")) {
            assertThatThrownBy(() -> DiscoveryChoice.of(wrong, NOTHING))
                    .as(wrong)
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("expected an address");
        }
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
                                .openResolver(Environment.system(), ZmqTransport.addresses()))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("/no/such/ca.pem");
    }
}
