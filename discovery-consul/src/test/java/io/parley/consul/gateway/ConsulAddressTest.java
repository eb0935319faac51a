package io.parley.consul.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsulAddressTest {

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8500, http://127.0.0.1:8500",
        "http://consul, http://consul:8500",
        "HTTPS://consul.example/, https://consul.example:8501",
        "http://[::1]:85/registry/, http://[::1]:85/registry",
    })
    void addressesAreReadWithConsulsUsualPorts(String url, String read) {
        assertThat(ConsulAddress.parse(url)).hasToString(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "consul:8500",
                "127.0.0.1",
                "ftp://consul",
                "http://",
                "http:consul",
                "http://con sul",
                "http://c:0",
                "http://c:70000"
            })
    void whatIsNoAddressIsRefusedByName(String url) {
        assertThatThrownBy(() -> ConsulAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining('"' + url + '"')
                .hasMessageContaining("http://127.0.0.1:8500");
    }

    @Test
    void aSecretInAnAddressIsRefusedWithoutBeingShown() {
        for (String url :
                new String[] {"http://me:secret@consul", "http://consul?token=secret", "http://consul#secret"}) {
            assertThatThrownBy(() -> ConsulAddress.parse(url))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
    }
}
