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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        agent = DevelopmentAgent.start(DevelopmentAgent.fetch(script()), port);
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
    void whatAnAgentSaidGoesWithIt() throws IOException, InterruptedException {
        Set<Path> before = logs();
        int taken = URI.create(url).getPort();
        // It cannot have a port that another one has.
        DevelopmentAgent second = DevelopmentAgent.start(DevelopmentAgent.fetch(script()), taken);
        Await.until(second::lastWords, Duration.ofSeconds(40), () -> second.lastWords()
                .contains("address already in use"));
        assertThat(logs()).hasSize(before.size() + 1);
        second.close();
        assertThat(logs()).isEqualTo(before);
    }

    private static Set<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("parley-consul"))
                    .filter(Files::isRegularFile)
                    .collect(Collectors.toSet());
        }
    }

    private static Path script() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("scripts/consul"))) {
            folder = folder.getParent();
        }
        return folder.resolve("scripts/consul");
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
        screen.hasOneRemark("Consul at http://127.0.0.1:" + nobody + " cannot be asked: Connect to http://127.0.0.1:"
                + nobody + " failed: Connection refused");
    }

    private static void put(String path, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        assertThat(connection.getResponseCode()).isEqualTo(200);
    }
}
