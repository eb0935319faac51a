package io.parley.console.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

    private static List<String> mistakes(String text) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigReader.read(text))
                .mistakes();
    }

    @Test
    void allThatCanBeSaidIsRead() throws ConfigException {
        RegistrarConfig config = ConfigReader.read("""
                ping: 500ms
                remove-after: 2m
                services:
                  orders:
                    - address: tcp://10.0.0.7:7001
                      publish-address: 10.0.0.8:7002
                      channels:
                        orders/place: request
                        orders/events: publish
                      metadata: { zone: north, version: 7 }
                    - address: "[::1]:7001"
                  billing: []
                """);
        assertThat(config.ping()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.removeAfter()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.instances()).hasSize(2);
        Instance first = config.instances().get(0);
        assertThat(first.label()).isEqualTo("orders/10.0.0.7:7001");
        assertThat(first.incarnation()).isZero();
        assertThat(first.address()).isEqualTo("tcp://10.0.0.7:7001");
        assertThat(first.publishAddress()).isEqualTo("tcp://10.0.0.8:7002");
        assertThat(first.channels())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        ChannelName.parse("orders/place"), InteractionStyle.REQUEST,
                        ChannelName.parse("orders/events"), InteractionStyle.PUBLISH));
        assertThat(first.metadata()).isEqualTo(Map.of("zone", "north", "version", "7"));
        Instance second = config.instances().get(1);
        assertThat(second.address()).isEqualTo("tcp://[::1]:7001");
        assertThat(second.publishAddress()).isEmpty();
        assertThat(second.channels()).isEmpty();
    }

    @Test
    void whatIsLeftOutHasDefaults() throws ConfigException {
        RegistrarConfig config = ConfigReader.read("services: {}");
        assertThat(config).isEqualTo(new RegistrarConfig(Duration.ofSeconds(2), Duration.ofMinutes(10), List.of()));
    }

    @Test
    void everyMistakeIsNamedWithItsLineAndPlace() {
        assertThat(mistakes("""
                        ping: 2
                        remove-after: 100ms
                        pong: 3s
                        services:
                          orders:
                            - adress: tcp://10.0.0.7:7001
                            - address: 10.0.0.7
                            - address: tcp://10.0.0.7:7001
                              channels:
                                orders/place: ask
                                billing/pay: request
                                orders: publish
                              metadata: [north]
                            - address: tcp://10.0.0.7:7001
                            - tcp://10.0.0.9:7001
                          Billing:
                            - address: tcp://10.0.0.8:7001
                          press: tcp://10.0.0.8:7002
                          orders: []
                        ping: 3s
                        """))
                .satisfiesExactly(
                        mistake -> assertThat(mistake)
                                .isEqualTo(
                                        "line 1: ping should be a time such as 500ms, 2s or 1m, from 0s to 1h 0m, not '2'"),
                        mistake -> assertThat(mistake).startsWith("line 2: remove-after should be a time such as"),
                        mistake -> assertThat(mistake)
                                .isEqualTo("line 3: pong is not known here, but ping, remove-after, services"),
                        mistake -> assertThat(mistake)
                                .isEqualTo(
                                        "line 6: services.orders[0].adress is not known here, but address, channels, metadata, publish-address"),
                        mistake -> assertThat(mistake).isEqualTo("line 6: services.orders[0] has no address"),
                        mistake -> assertThat(mistake)
                                .isEqualTo(
                                        "line 7: services.orders[1].address should be an address such as tcp://10.0.0.7:7001, not '10.0.0.7'"),
                        mistake -> assertThat(mistake)
                                .isEqualTo(
                                        "line 10: services.orders[2].channels.orders/place should be one of one-way, request, publish, survey, not 'ask'"),
                        mistake -> assertThat(mistake)
                                .isEqualTo(
                                        "line 11: services.orders[2].channels.billing/pay is a channel of billing, not of orders"),
                        mistake -> assertThat(mistake)
                                .startsWith("line 12: services.orders[2].channels.orders is no channel: "),
                        mistake -> assertThat(mistake)
                                .isEqualTo("line 13: services.orders[2].metadata should be a mapping (key: value)"),
                        mistake -> assertThat(mistake)
                                .isEqualTo(
                                        "line 14: services.orders[3] has the address of services.orders[2]: tcp://10.0.0.7:7001"),
                        mistake -> assertThat(mistake)
                                .isEqualTo("line 15: services.orders[4] should be a mapping (key: value)"),
                        mistake -> assertThat(mistake).startsWith("line 15: services.orders[4] has no address"),
                        mistake -> assertThat(mistake).startsWith("line 17: services.Billing is no service: "),
                        mistake -> assertThat(mistake).isEqualTo("line 18: services.press should be a list (- …)"),
                        mistake -> assertThat(mistake).isEqualTo("line 19: services.orders is there twice"),
                        mistake -> assertThat(mistake).isEqualTo("line 20: ping is there twice"));
    }

    @Test
    void whatIsNoYamlIsToldWithItsLine() {
        assertThat(mistakes("services:\n  orders: [\n"))
                .singleElement()
                .asString()
                .startsWith("line 3: no YAML: ");
        assertThat(mistakes("a: 1\n\tb: 2\n")).singleElement().asString().startsWith("line 2: no YAML: ");
        assertThat(mistakes("services: {}\n---\nservices: {}\n"))
                .singleElement()
                .asString()
                .contains("no YAML: ");
        assertThat(mistakes("services: {} \u0000")).singleElement().asString().contains("no YAML: ");
    }

    @Test
    void anEmptyFileOrAnEmptyValueIsAMistake() {
        assertThat(mistakes("")).containsExactly("line 1: there is nothing in it");
        assertThat(mistakes("# nothing\n")).containsExactly("line 1: there is nothing in it");
        assertThat(mistakes("ping: 2s")).containsExactly("line 1: the document names no services");
        assertThat(mistakes("services:\nping:\n"))
                .containsExactly("line 1: services should be a mapping (key: value)", "line 2: ping has no value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services: &a { orders: [ *a ] }",
                "services: &a { orders: &b [ *b ] }",
                "services: !!java.net.URL [ \"http://example.com\" ]",
                "? [services]\n: 1",
                "- services",
                "services",
            })
    void hostileOrOddYamlIsAMistakeAndNothingElse(String text) {
        assertThat(mistakes(text)).isNotEmpty();
    }

    @Test
    void aFileOfAMillionCharactersIsTooMuch() {
        assertThat(mistakes("services: {}\n" + "# filling\n".repeat(200_000)))
                .singleElement()
                .asString()
                .contains("more than 1048576 characters");
    }

    @Test
    void aLongValueIsShownInPart() {
        assertThat(mistakes("ping: " + "9".repeat(10_000) + "\nservices: {}"))
                .singleElement()
                .asString()
                .hasSizeLessThan(200);
    }
}
