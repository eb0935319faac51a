package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.console.json.Json;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a real mesh, asked for what it must not do. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ObservePageTest {

    private static final RequestChannel<byte[], byte[]> ASK =
            PointToPointChannel.of("oracle/ask", byte[].class).withReply(byte[].class);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path mesh;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Screen screen = new Screen();

    @Test
    void noRequestMakesItConnectToAnybodyWhoIsNoPeerOfTheMesh() throws Exception {
        try (ServerSocketChannel trap = ServerSocketChannel.open();
                Peer oracle = Peer.named("oracle")
                        .instance("oracle-1")
                        .transport(ZmqTransport.create())
                        .discovery(LocalDirectoryDiscovery.at(mesh))
                        .open()) {
            trap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            trap.configureBlocking(false);
            int port = ((InetSocketAddress) trap.getLocalAddress()).getPort();
            oracle.reply(ASK, question -> question.payload());
            CompletableFuture<Integer> observing =
                    screen.start("observe", "--port", "0", "--json", "--mesh", mesh.toString());
            screen.await("\"page\":");
            String address = (String) screen.objects().get(0).get("page");
            Await.until(() -> "the oracle in the picture", LIMIT, () -> get(address + "api/mesh")
                    .body()
                    .contains("oracle/oracle-1"));

            for (String lure : List.of(
                    "127.0.0.1:" + port,
                    "localhost:" + port,
                    "tcp://127.0.0.1:" + port,
                    "http://127.0.0.1:" + port + "/",
                    "//127.0.0.1:" + port + "/api/mesh",
                    "oracle/oracle-1@127.0.0.1:" + port,
                    "127.0.0.1:" + port + "/oracle-1",
                    "oracle/tcp://127.0.0.1:" + port,
                    "oracle/oracle-1#tcp://127.0.0.1:" + port)) {
                ask(address, lure);
                tryOut(address, lure);
                speakRaw(address, lure);
            }

            // Whom it may ask, it reaches.
            HttpResponse<String> answer =
                    post(address, Map.of("channel", "oracle/ask", "body", "\"whether?\"", "limitMillis", 30_000));
            assertThat(answer.body()).contains("\"outcome\":\"answered\"");
            assertThat(trap.accept()).isNull();
            screen.interrupt();
            assertThat(observing).succeedsWithin(LIMIT);
        }
    }

    /** All questions that take anything, with a lure in each place. */
    private void ask(String address, String lure) {
        String value = URLEncoder.encode(lure, StandardCharsets.UTF_8);
        assertThat(get(address + "api/state?peer=" + value).statusCode()).isEqualTo(404);
        assertThat(get(address + "api/state?peer=oracle/oracle-1&address=" + value + "&url=" + value)
                        .statusCode())
                .isIn(200, 503);
        for (String name : List.of("peer", "from", "to", "channel", "host", "url")) {
            assertThat(get(address + "api/history?" + name + '=' + value).statusCode())
                    .isEqualTo(200);
        }
        for (String name : List.of("service", "channel", "correlation", "text", "host")) {
            assertThat(get(address + "api/flows?" + name + '=' + value).statusCode())
                    .isEqualTo(200);
        }
        assertThat(get(address + "api/story?id=" + value).body()).contains("\"flows\":[]");
        assertThat(get(address + "?url=" + value).statusCode()).isEqualTo(200);
        assertThat(get(address + value).statusCode()).isIn(400, 404);
    }

    private void tryOut(String address, String lure) {
        assertThat(post(address, Map.of("channel", lure, "body", "1")).statusCode())
                .isEqualTo(404);
        assertThat(post(
                                address,
                                Map.of(
                                        "channel",
                                        "oracle/ask",
                                        "body",
                                        "1",
                                        "type",
                                        lure,
                                        "name",
                                        lure,
                                        "peer",
                                        lure,
                                        "to",
                                        lure,
                                        "address",
                                        lure,
                                        "host",
                                        lure,
                                        "url",
                                        lure,
                                        "replyTo",
                                        lure))
                        .body())
                .contains("\"outcome\":\"answered\"");
    }

    /** What a proxy would follow. */
    private static void speakRaw(String address, String lure) throws IOException {
        URI page = URI.create(address);
        String host = " HTTP/1.1\r\nHost: localhost:" + page.getPort() + "\r\nX-Forwarded-Host: " + lure
                + "\r\nReferer: " + lure + "\r\nConnection: close\r\n\r\n";
        for (String line : List.of("GET " + lure, "GET http://" + lure, "CONNECT " + lure, "GET /" + lure)) {
            try (var socket = new Socket(page.getHost(), page.getPort())) {
                socket.getOutputStream().write((line + host).getBytes(StandardCharsets.US_ASCII));
                // Whatever is answered, if anything is: it comes to an end.
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private HttpResponse<String> get(String address) {
        return http.sendAsync(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .join();
    }

    private HttpResponse<String> post(String address, Map<String, ?> trial) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create(address + "api/trials"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(Json.write(trial)))
                                .build(),
                        BodyHandlers.ofString())
                .join();
    }
}
