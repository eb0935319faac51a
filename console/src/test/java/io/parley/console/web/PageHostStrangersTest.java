package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The page's host with those who do not behave: one who does not read, and those who come from elsewhere. */
class PageHostStrangersTest {

    private static final String TOKEN = "a-token-of-our-own-42";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aBrowserThatReadsNothingIsLetGoAndMeanwhileOthersAreTold() throws Exception {
        try (var busy = new MadeUpMesh(100, 10, 20_000);
                PageHost host = PageHost.open(
                        new PageHost.Settings(InetAddress.getLoopbackAddress(), 0, false, Optional.empty(), Set.of()),
                        busy,
                        new NoTrials(),
                        () -> new PageThreads(64, PageThreads.ARRIVAL, Duration.ofSeconds(1), Duration.ofMillis(100)));
                var deaf = new Socket()) {
            deaf.setReceiveBufferSize(1024);
            deaf.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), URI.create(host.address()).getPort()));
            deaf.getOutputStream()
                    .write("GET /api/stream?flows=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            Await.until("a listener for it", busy::isListenedTo);

            try (var other = new Events(http, host.address() + "api/stream")) {
                int pictures = 0;
                // The system's buffers take some seconds' worth before anybody is stuck.
                while (busy.isListenedTo()) {
                    other.next("mesh");
                    pictures++;
                    assertThat(pictures).as("pictures until it was let go").isLessThan(200);
                }
                assertThat(pictures).isGreaterThan(2);
                assertThat(other.next("mesh")).isNotEmpty();
            }
            assertThat(isAtAnEnd(deaf)).isTrue();
        }
    }

    /** Whether a socket has an end after what it has received. */
    private static boolean isAtAnEnd(Socket socket) throws IOException {
        socket.setSoTimeout(30_000);
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            // Ended all the more.
            return true;
        }
    }

    @Test
    void whoComesFromElsewhereNeedsTheTokenForEveryQuestion() throws Exception {
        var settings = new PageHost.Settings(
                InetAddress.getByName("0.0.0.0"), 0, false, Optional.of(TOKEN), Set.of("Ours.example"));
        try (var mesh = new MadeUpMesh(4, 2, 200);
                PageHost host = PageHost.open(settings, mesh, new NoTrials())) {
            int port = URI.create(host.address()).getPort();
            String elsewhere = "http://" + InetAddress.getLocalHost().getHostAddress() + ':' + port + '/';
            for (String question : List.of(
                    "",
                    "scripts/page.js",
                    "api/mesh",
                    "api/flows",
                    "api/stream",
                    "api/channels",
                    "api/history",
                    "api/state?peer=service-0/service-0-0",
                    "api/story?id=1",
                    "metrics",
                    "api/nothing")) {
                assertThat(get(elsewhere + question))
                        .as(question)
                        .startsWith("401 ")
                        .contains("token-needed");
            }
            assertThat(send(HttpRequest.newBuilder(URI.create(elsewhere + "api/trials"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"channel\":\"service-0/ask\",\"body\":\"1\"}"))))
                    .startsWith("401 ");
            assertThat(send(HttpRequest.newBuilder(URI.create(elsewhere + "api/mesh"))
                            .header("Authorization", "Bearer " + TOKEN)))
                    .startsWith("200 ");
            // A token does not help a foreign name that leads here.
            assertThat(raw(
                            URI.create(elsewhere),
                            "GET /api/mesh HTTP/1.1\r\nHost: evil.example:" + port + "\r\nAuthorization: Bearer "
                                    + TOKEN + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 421 ");
        }
    }

    private String get(String address) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address)));
    }

    /** The status and the body. */
    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static String raw(URI address, String request) throws IOException {
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
