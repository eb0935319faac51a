package io.parley.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.Control;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcquaintanceTest {

    @ParameterizedTest
    @CsvSource({
        "tcp://10.0.0.7:7001, tcp://10.0.0.7:7002, tcp://10.0.0.7:7002",
        "tcp://10.0.0.7:7001, tcp://0.0.0.0:7002, tcp://10.0.0.7:7002",
        "tcp://orders.example:7001, tcp://victim:22, tcp://orders.example:22",
        "tcp://[fe80::7]:7001, tcp://[::]:7002, tcp://[fe80::7]:7002",
        "tcp://10.0.0.7:7001, tcp://10.0.0.7:7001@victim:22, tcp://10.0.0.7:22",
        "tcp://10.0.0.7:7001, tcp://10.0.0.7:, ''",
        "tcp://10.0.0.7:7001, tcp://10.0.0.7:0, ''",
        "tcp://10.0.0.7:7001, inmem://orders/publish, ''",
        "tcp://10.0.0.7:7001, '', ''",
        "inmem://orders, inmem://orders/publish, inmem://orders/publish",
        "inmem://orders, inmem://victim/publish, ''",
    })
    void shouldTakeThePortThatIsSaidAndTheHostThatWasDialled(String dialled, String said, String followed) {
        var welcome = new Control.Welcome(
                1, new Control.Speaker(7, "orders", "orders-1"), new Control.Terms(4096, 1, 4096), said);
        assertThat(Acquaintance.of(welcome, dialled)).isEqualTo(new Acquaintance(7, "orders-1", followed));
    }
}
