package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.discovery.DiscoveryException;
import io.parley.environment.Environment;
import io.parley.testkit.Participant;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that talks to those only who show a certificate, with certificates that Consul's own tool makes. */
class TlsTest {

    @TempDir
    private static Path folder;

    private static ConsulAgent agent;
    private static String url;

    private final List<Participant> opened = new ArrayList<>();

    @BeforeAll
    static void startAgent() throws IOException, InterruptedException {
        make("tls", "ca", "create");
        make("tls", "cert", "create", "-server");
        make("tls", "cert", "create", "-client");
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        url = "https://127.0.0.1:" + port;
        agent = ConsulAgent.start(
                "-hcl",
                "ca_file = \"" + file("consul-agent-ca.pem") + "\"  cert_file = \"" + file("dc1-server-consul-0.pem")
                        + "\"  key_file = \"" + file("dc1-server-consul-0-key.pem")
                        + "\"  verify_incoming_https = true  addresses { https = \"0.0.0.0\" }  ports { https = "
                        + port + " }");
    }

    @AfterAll
    static void endAgent() {
        agent.close();
    }

    @AfterEach
    void close() {
        opened.forEach(Participant::close);
    }

    private static Path file(String name) {
        return folder.resolve(name);
    }

    private static void make(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(ConsulAgent.binary()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private Participant open(ConsulDiscoveryBuilder builder) {
        Participant participant = Participant.open(builder.build(), Environment.system(), ZmqTransport.addresses());
        opened.add(participant);
        return participant;
    }

    private static ConsulDiscoveryBuilder trusting() {
        return ConsulDiscovery.builder(url).authority(file("consul-agent-ca.pem"));
    }

    @Test
    void aPeerThatTrustsTheAgentAndShowsACertificateIsServed() {
        Participant participant =
                open(trusting().certificate(file("dc1-client-consul-0.pem"), file("dc1-client-consul-0-key.pem")));
        var seen = new Sightings();
        participant.watch("orders", seen);
        participant.announce(Peers.instance("orders", "orders-1"));
        seen.await("orders-1");
        assertThat(participant.services()).containsExactly("orders");
        participant.withdraw();
        seen.await();
    }

    @Test
    void aPeerThatDoesNotKnowTheAuthorityTrustsNobody() {
        var seen = new Sightings();
        open(ConsulDiscovery.builder(url)).watch("orders", seen);
        seen.awaitProblem();
        assertThat(seen.problems().get(0)).hasMessageContaining("unable to find valid certification path");
    }

    @Test
    void aPeerThatShowsNoCertificateIsNotServed() {
        var seen = new Sightings();
        open(trusting()).watch("orders", seen);
        seen.awaitProblem();
        assertThat(seen.problems().get(0))
                .hasMessageContaining(url)
                .hasMessageContaining("cannot be asked")
                .hasMessageContaining("it may want to be shown a certificate, and is shown none");
        assertThat(seen.snapshots()).isEmpty();
    }

    @Test
    void aCertificateOfAnotherHostIsNotTrusted() {
        var seen = new Sightings();
        // Consul's tool makes it for localhost and 127.0.0.1, not for this other name of the machine.
        open(ConsulDiscovery.builder(url.replace("127.0.0.1", "127.0.0.2")).authority(file("consul-agent-ca.pem")))
                .watch("orders", seen);
        seen.awaitProblem();
        assertThat(seen.problems().get(0))
                .hasMessageContaining("No subject alternative names matching IP address 127.0.0.2");
    }

    @Test
    void filesThatAreNotWhatTheyShouldBeAreNamed() throws IOException {
        Path nothing = file("nothing.pem");
        Path odd = Files.writeString(file("odd.pem"), "odd");
        Path certificate = file("dc1-client-consul-0.pem");
        assertThatThrownBy(() -> ConsulDiscovery.builder(url)
                        .authority(nothing)
                        .build()
                        .openResolver(Environment.system(), ZmqTransport.addresses()))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(nothing.toString());
        assertThatThrownBy(() -> ConsulDiscovery.builder(url)
                        .authority(odd)
                        .build()
                        .openResolver(Environment.system(), ZmqTransport.addresses()))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(odd.toString());
        assertThatThrownBy(() -> trusting()
                        .certificate(certificate, odd)
                        .build()
                        .openResolver(Environment.system(), ZmqTransport.addresses()))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(odd.toString());
        Path broken = Files.writeString(
                file("broken.pem"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        assertThatThrownBy(() -> trusting()
                        .certificate(certificate, broken)
                        .build()
                        .openResolver(Environment.system(), ZmqTransport.addresses()))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(broken.toString());
    }
}
