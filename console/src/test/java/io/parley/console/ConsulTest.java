package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.console.demo.DevelopmentAgent;
import io.parley.consul.ConsulDiscovery;
import io.parley.samples.shop.ShopPeers;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commands that find a peer through a real Consul. */
class ConsulTest {

    private static DevelopmentAgent agent;
    private static String url;
    private static Peer payment;

    private final Screen screen = new Screen();

    @BeforeAll
    static void openAPeer() throws IOException, InterruptedException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        url = "http://127.0.0.1:" + port;
        Path folder = Path.of("").toAbsolutePath();
        while (!folder.resolve("scripts/consul").toFile().exists()) {
            folder = folder.getParent();
        }
        agent = DevelopmentAgent.start(DevelopmentAgent.fetch(folder.resolve("scripts/consul")), port);
        payment = Peer.named("payment")
                .instance("payment-1")
                .transport(ZmqTransport.create())
                .discovery(ConsulDiscovery.at(url))
                .open();
        ShopPeers.start("payment", payment);
        Await.until(
                () -> "the peer in Consul",
                Duration.ofSeconds(40),
                () -> new Screen().run("peers", "--discovery", "consul=" + url) == 0);
    }

    @AfterAll
    static void closeThePeer() {
        payment.close(Duration.ofSeconds(1));
        agent.close();
    }

    @Test
    void peersAreListedWithWhatTheyRegistered() {
        assertThat(screen.run("peers", "--discovery", "consul=" + url)).isZero();
        assertThat(screen.lines()).hasSize(2);
        assertThat(screen.lines().get(1))
                .startsWith("payment  payment-1 ")
                .contains(payment.self().address(), "payment/authorise (request)");
    }

    @Test
    void aPeerThatSomebodyElseRegisteredIsListedToo() throws IOException {
        put(
                "/v1/agent/service/register",
                "{\"Name\":\"legacy\",\"ID\":\"legacy-1\",\"Tags\":[\"parley\"],\"Address\":\"10.1.2.3\",\"Port\":7001,"
                        + "\"Meta\":{\"parley-protocol\":\"1\",\"parley-incarnation\":\"00ab51c09d3e77f2\"}}");
        Await.until(
                () -> "it to be listed",
                Duration.ofSeconds(40),
                () -> new Screen().run("peers", "legacy", "--discovery", "consul=" + url) == 0);
        assertThat(screen.run("peers", "legacy", "--discovery", "consul=" + url))
                .isZero();
        assertThat(screen.lines().get(1)).containsPattern("legacy +legacy-1 +\\? +tcp://10.1.2.3:7001");
        put("/v1/agent/service/deregister/legacy-1", "");
    }

    @Test
    void aMeshOfAnotherNameIsAnotherMesh() {
        assertThat(screen.run("peers", "--discovery", "consul=" + url, "--mesh", "other"))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(screen.remarks()).containsExactly("Nobody is in mesh other of Consul at " + url + ".");
    }

    @Test
    void aRequestIsAnswered() {
        assertThat(screen.run(
                        "request",
                        "payment/authorise",
                        "{\"order\":\"42\",\"customer\":\"Ada\",\"amount\":900}",
                        "--discovery",
                        "consul=" + url,
                        "--json"))
                .as(screen.lines() + " " + screen.remarks())
                .isZero();
    }

    @Test
    void aConsulThatIsNotThereIsNamed() throws IOException {
        int nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        assertThat(screen.run("peers", "--discovery", "consul=http://127.0.0.1:" + nobody))
                .isEqualTo(ExitCode.REFUSED);
        screen.hasOneRemark("Consul at http://127.0.0.1:" + nobody + " cannot be asked: Connection refused");
    }

    private static void put(String path, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        assertThat(connection.getResponseCode()).isEqualTo(200);
    }
}
