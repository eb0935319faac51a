package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections on which somebody does not go on, and what becomes of the others. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SlowClientsTest {

    /** More than all pages that can look on, and than any browser has. */
    private static final int SLOW = 60;

    private static final int ASKED = 10;
    private static final int FLOWS = 2_000;
    private static final Duration SHORT = Duration.ofMillis(300);

    private static final String HALF_A_HEADER = "GET /api/mesh HTTP/1.1\r\nHost: loc";
    private static final String HALF_A_BODY = "POST /api/trials HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    /** Of which more is answered than any buffer on the way holds. */
    private static final String QUESTIONS = "GET /api/flows HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20);

    private final MadeUpMesh mesh = new MadeUpMesh(4, 2, 10_000);
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Socket> slow = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
        mesh.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", HALF_A_HEADER, HALF_A_BODY})
    void whoSendsOnlyAPartKeepsNobodyWaiting(String part) throws Exception {
        try (PageHost host = PageHost.open(settings(), mesh, new NoTrials())) {
            for (int i = 0; i < SLOW; i++) {
                connect(host, part);
            }
            othersAreAnswered(host);
        }
    }

    @Test
    void whoDoesNotReadKeepsNobodyWaiting() throws Exception {
        Await.until("many flows", () -> mesh.recent(flow -> true, FLOWS).size() == FLOWS);
        try (PageHost host = PageHost.open(settings(), mesh, new NoTrials())) {
            for (int i = 0; i < SLOW; i++) {
                Socket socket = connect(host, QUESTIONS);
                Await.until("an answer's beginning", () -> hasSome(socket));
            }
            othersAreAnswered(host);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HALF_A_HEADER, HALF_A_BODY})
    void whoSendsNoMoreIsLetGo(String part) throws Exception {
        try (PageHost host = openImpatient()) {
            Socket socket = connect(host, part);

            awaitEnd(socket);

            othersAreAnswered(host);
        }
    }

    @Test
    void whoReadsNoMoreIsLetGo() throws Exception {
        Await.until("many flows", () -> mesh.recent(flow -> true, FLOWS).size() == FLOWS);
        try (PageHost host = openImpatient()) {
            Socket socket = connect(host, QUESTIONS);
            // On a busy machine the host may have had enough before it has begun to answer.
            Await.until("an answer's beginning, or the end", () -> hasSome(socket) || isRefused(socket));

            // That nobody takes what is sent is all that tells of the end, as long as nothing is read.
            Await.until("the end", () -> isRefused(socket));
        }
    }

    private static PageHost.Settings settings() {
        return new PageHost.Settings(InetAddress.getLoopbackAddress(), 0, false, Optional.empty(), Set.of());
    }

    private PageHost openImpatient() throws IOException {
        return PageHost.open(
                settings(), mesh, new NoTrials(), () -> new PageThreads(4, SHORT, SHORT, Duration.ofMillis(10)));
    }

    private Socket connect(PageHost host, String sent) throws IOException {
        var socket = new Socket();
        slow.add(socket);
        socket.setReceiveBufferSize(2_048);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), URI.create(host.address()).getPort()));
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private void othersAreAnswered(PageHost host) throws Exception {
        URI question = URI.create(host.address() + "api/mesh");
        for (int i = 0; i < ASKED; i++) {
            HttpRequest request = HttpRequest.newBuilder(question)
                    .timeout(Duration.ofSeconds(20))
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    private static boolean hasSome(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isRefused(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout(30_000);
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("The connection is still open", e);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }
}
