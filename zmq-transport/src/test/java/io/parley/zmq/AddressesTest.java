package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.Transport;
import io.parley.transport.TransportException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where ports are bound, what they tell others, and addresses of others that are none. */
class AddressesTest {

    private static final int SEED = 4711;

    private final List<PortProbe> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(PortProbe::close);
    }

    private PortProbe open(Transport transport) {
        PortProbe probe = PortProbe.open(transport, 1024, 10);
        opened.add(probe);
        return probe;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "local host",
                "tcp://127.0.0.1",
                "127.0.0.1:9003",
                "host:80",
                "1.2.3.4.5",
                "1.2.3",
                "256.1.1.1",
                "0x7f.0.0.1",
                "[127.0.0.1]",
                "[::1",
                "::1]",
                "[::1]:80",
                "::g",
                "1::2::3",
                "-host",
                "host-.local",
                "a..b",
                "hos\u00e9",
                "user@host"
            })
    void whatIsNoHostIsRefusedWhenTheTransportIsBuilt(String host) {
        assertThatThrownBy(() -> ZmqTransport.builder().bindHost(host))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Not a host: \"" + host + "\"");
        assertThatThrownBy(() -> ZmqTransport.builder().advertisedHost(host))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "*", "::", "[::]", "0:0:0:0:0:0:0:0", "0::0", "::0.0.0.0"})
    void allAddressesCanBeBoundToButNotAdvertised(String host) {
        assertThatThrownBy(() -> ZmqTransport.builder().bindHost(host).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("advertisedHost");
        assertThatThrownBy(() -> ZmqTransport.builder().advertisedHost(host))
                .isInstanceOf(IllegalArgumentException.class);
        PortProbe there = open(ZmqTransport.builder()
                        .bindHost(host)
                        .advertisedHost("127.0.0.1")
                        .build())
                .echoing();
        assertThat(there.port().address()).startsWith("tcp://127.0.0.1:");
        assertReaches(there.port().address());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1]", "::1", "0:0:0:0:0:0:0:1"})
    void addressOfVersion6MayStandInBrackets(String host) {
        PortProbe there = open(ZmqTransport.builder().bindHost(host).build()).echoing();
        String bare = host.replace("[", "").replace("]", "");
        assertThat(there.port().address()).startsWith("tcp://[" + bare + "]:");
        assertThat(there.port().publishAddress()).startsWith("tcp://[" + bare + "]:");
        assertReaches(there.port().address());
    }

    @Test
    void portsThatDifferFromThoseBoundToAreAdvertised() throws IOException {
        PortProbe there = open(ZmqTransport.builder()
                .port(free())
                .publishPort(free())
                .advertisedHost("203.0.113.9")
                .advertisedPort(30001)
                .advertisedPublishPort(30002)
                .build());
        assertThat(there.port().address()).isEqualTo("tcp://203.0.113.9:30001");
        assertThat(there.port().publishAddress()).isEqualTo("tcp://203.0.113.9:30002");
        Transport forBulk = ZmqTransport.builder()
                .bulkPort(free())
                .advertisedBulkPort(30003)
                .build()
                .forBulk()
                .orElseThrow();
        assertThat(open(forBulk).port().address()).isEqualTo("tcp://127.0.0.1:30003");
    }

    @Test
    void portIsAdvertisedInsteadOfAFixedOneOnly() {
        assertThatThrownBy(() -> ZmqTransport.builder().advertisedPort(30001).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("fixed port");
        assertThatThrownBy(() ->
                        ZmqTransport.builder().advertisedPublishPort(30001).build())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ZmqTransport.builder()
                        .withoutBulkLinks()
                        .advertisedBulkPort(30001)
                        .build())
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1:9003:9003",
                "tcp://1.2.3.4.5:80",
                "tcp://[[::1]]:80",
                "tcp://0.0.0.0:80",
                "tcp://[::]:80",
                "tcp://*:80",
                "tcp://127.0.0.1:0",
                "tcp://127.0.0.1:65536",
                "tcp://127.0.0.1:99999999999",
                "tcp://:80",
                "tcp://ho st:80",
                "tcp://[fe80::1%no-such-interface]:80",
                "ipc://somewhere",
                "inproc://somewhere",
                "tcp://127.0.0.1:80;127.0.0.1:81"
            })
    void badAddressOfAnotherPortIsTheCallersTrouble(String address) {
        PortProbe here = open(ZmqTransport.create());
        assertThatThrownBy(() -> here.connect(address)).isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> here.follow(address)).isInstanceOf(TransportException.class);
        assertReaches(open(ZmqTransport.create()).echoing().port().address());
    }

    /** Octets of an address, and others, in any order: what comes of it is a link, or a TransportException for the caller. */
    @Test
    void noAddressEndsTheLoop() {
        String[] pieces = {
            "tcp://",
            "ipc://",
            "[",
            "]",
            ":",
            "::",
            "%",
            "%lo",
            "/",
            ".",
            "127.0.0.1",
            "1",
            "256",
            "65536",
            "ffff",
            "-",
            "*",
            "\0",
            "\u00fc",
            " ",
            "9003",
            ";",
            "@",
            "0x7f",
            "x"
        };
        var random = new Random(SEED);
        PortProbe here = open(ZmqTransport.create());
        for (int i = 0; i < 20_000; i++) {
            var address = new StringBuilder(random.nextInt(4) == 0 ? "" : "tcp://");
            for (int j = random.nextInt(6); j >= 0; j--) {
                address.append(pieces[random.nextInt(pieces.length)]);
            }
            address.append(random.nextBoolean() ? ":1" : "");
            if (address.toString().matches("tcp://[A-Za-z_.-].*")) {
                continue; // names would be asked for
            }
            try {
                here.connect(address.toString()).close();
            } catch (TransportException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        assertThat(here.failures).isEmpty();
        assertReaches(open(ZmqTransport.create()).echoing().port().address());
    }

    private void assertReaches(String address) {
        LinkProbe link = open(ZmqTransport.create()).connect(address);
        link.send("hello");
        Await.until("an answer", () -> link.frames.equals(List.of("hello")));
        assertThat(URI.create(address).getPort()).isPositive();
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
