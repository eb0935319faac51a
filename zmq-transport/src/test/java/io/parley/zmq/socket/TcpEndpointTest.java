package io.parley.zmq.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpEndpointTest {

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
    })
    void portIsTakenFromWhatWasToldAndHostFromWhatWasDialled(String dialled, String told, String expected) {
        assertThat(TcpEndpoint.onHostOf(dialled, told)).isEqualTo(expected);
    }
}
