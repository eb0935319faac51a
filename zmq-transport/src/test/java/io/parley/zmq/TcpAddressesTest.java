package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.transport.AddressFormat;
import io.parley.transport.HostAndPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpAddressesTest {

    private final AddressFormat format = ZmqTransport.create().addressFormat();

    @ParameterizedTest
    @CsvSource({
        "tcp://10.0.0.7:7001, 10.0.0.7, 7001",
        "tcp://orders.example.com:1, orders.example.com, 1",
        "tcp://[fd00::1]:65535, fd00::1, 65535",
        "tcp://[FD00:0:0:0:0:0:0:1]:80, FD00:0:0:0:0:0:0:1, 80"
    })
    void addressIsConvertedToHostAndPortAndBack(String address, String host, int port) {
        assertThat(format.parse(address)).contains(new HostAndPort(host, port));
        assertThat(format.format(host, port)).contains(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.7:7001",
                "inmem://orders",
                "tcp://:1",
                "tcp://a b:1",
                "tcp://h:0",
                "tcp://h:65536",
                "tcp://[h]:1"
            })
    void whatIsNotAnAddressHasNeitherHostNorPort(String address) {
        assertThat(format.parse(address)).isEmpty();
    }

    @Test
    void addressThatWouldNotComeBackTheSameIsNotSplit() {
        assertThat(format.parse("tcp://host:007")).isEmpty();
    }

    @Test
    void nothingIsAtAHostOrPortThatCannotBe() {
        assertThat(format.format("", 1)).isEmpty();
        assertThat(format.format("a b", 1)).isEmpty();
        assertThat(format.format("[::1]", 1)).isEmpty();
        assertThat(format.format("host", 0)).isEmpty();
        assertThat(format.format("host", -1)).isEmpty();
        assertThat(format.format("host", 65536)).isEmpty();
    }

    @Test
    void peopleMayLeaveOutTheScheme() {
        assertThat(ZmqTransport.readAddress("10.0.0.7:7001")).contains("tcp://10.0.0.7:7001");
        assertThat(ZmqTransport.readAddress("tcp://[::1]:7001")).contains("tcp://[::1]:7001");
        assertThat(ZmqTransport.readAddress("10.0.0.7")).isEmpty();
        assertThat(ZmqTransport.readAddress("http://10.0.0.7:7001")).isEmpty();
        assertThat(ZmqTransport.readAddress("1.2.3.4.5:1")).isEmpty();
    }

    @Test
    void allTransportsHaveTheSameFormat() {
        assertThat(ZmqTransport.create().addressFormat()).isSameAs(ZmqTransport.addresses());
    }
}
