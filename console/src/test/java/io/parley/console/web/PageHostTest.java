package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.console.json.Json;
import io.parley.testkit.Await;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page's own side of HTTP, asked by a client that a browser is not. */
class PageHostTest {

    private static final String TOKEN = "a-token-of-our-own-42";

    private final MadeUpMesh mesh = new MadeUpMesh(4, 2, 200);
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Trials.Trial> tried = new ArrayList<>();
    private final List<PageHost> hosts = new ArrayList<>();

    @AfterEach
    void close() {
        hosts.forEach(PageHost::close);
        mesh.close();
    }

    @Test
    void thePageAndAllThatItNamesAreThereAndNothingMore() throws Exception {
        String address = open(Optional.empty());
        HttpResponse<String> index = get(address);

        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        var names = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"")
                .matcher(index.body())
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
        assertThat(names).hasSizeGreaterThan(5).allSatisfy(name -> {
            HttpResponse<String> file = get(address + name.substring(1));
            assertThat(file.statusCode()).as(name).isEqualTo(200);
            assertThat(file.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        });
        for (String name : List.of(
                "styles/../index.html",
                "scripts/%2e%2e/libraries.properties",
                "libraries.properties",
                "libraries/dagre.css",
                "scripts/none.js",
                "PageHost.class",
                "META-INF/MANIFEST.MF")) {
            assertThat(get(address + name).statusCode()).as(name).isIn(400, 404);
        }
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() throws Exception {
        String file = open(Optional.empty()) + "libraries/uplot.js";
        String tag = get(file).headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = get(file, "If-None-Match", tag);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void aNameThatSomebodyElsePointsHereIsNotAnswered() throws Exception {
        URI address = URI.create(open(Optional.empty()));
        for (String host : List.of("evil.example", "evil.example:" + address.getPort(), "localhost.evil.example", "")) {
            assertThat(raw(address, "GET /api/mesh HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .as(host)
                    .startsWith("HTTP/1.1 421 ")
                    .contains("unknown-host");
        }
        for (String host :
                List.of("localhost", "127.0.0.1:" + address.getPort(), "[::1]:1", "LOCALHOST:80", "ours.example")) {
            assertThat(raw(address, "GET /api/mesh HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .as(host)
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void anotherSitesPageMayNotAsk() throws Exception {
        URI address = URI.create(open(Optional.empty()));
        String host = "Host: localhost:" + address.getPort() + "\r\nConnection: close\r\n";
        assertThat(raw(address, "GET /api/mesh HTTP/1.1\r\n" + host + "Origin: http://evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("foreign-origin");
        assertThat(raw(address, "GET /api/mesh HTTP/1.1\r\n" + host + "Sec-Fetch-Site: cross-site\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(raw(
                        address,
                        "POST /api/trials HTTP/1.1\r\n" + host
                                + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"))
                .startsWith("HTTP/1.1 415 ")
                .contains("not-json");
        assertThat(raw(
                        address,
                        "GET /api/mesh HTTP/1.1\r\n" + host + "Origin: http://localhost:" + address.getPort()
                                + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(tried).isEmpty();
    }

    @Test
    void whoHasNoTokenIsToldSoAndWhoHasOneIsGivenACookie() throws Exception {
        String address = open(Optional.of(TOKEN));
        String bare = address.substring(0, address.indexOf('?'));
        assertThat(address).endsWith("?token=" + TOKEN);

        assertThat(get(bare).statusCode()).isEqualTo(401);
        assertThat(get(bare + "api/mesh").body()).contains("token-needed");
        assertThat(get(bare + "?token=" + TOKEN.replace('4', '5')).statusCode()).isEqualTo(401);
        int port = URI.create(address).getPort();
        assertThat(get(bare + "api/mesh", "Cookie", "parley-token-" + port + "=wrong")
                        .statusCode())
                .isEqualTo(401);

        HttpResponse<String> admitted = get(address);
        assertThat(admitted.statusCode()).isEqualTo(303);
        assertThat(admitted.headers().firstValue("Location")).contains("/");
        String cookie = admitted.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
        assertThat(get(bare, "Cookie", "other=1; " + cookie.split(";")[0]).statusCode())
                .isEqualTo(200);
        assertThat(get(bare + "api/mesh", "Authorization", "Bearer " + TOKEN).statusCode())
                .isEqualTo(200);
    }

    @Test
    void twoPagesOfOneHostDoNotTakeEachOthersCookieAway() throws Exception {
        String one = cookie(get(open(Optional.of(TOKEN))));
        String other = cookie(get(open(Optional.of(TOKEN.replace('4', '5')))));

        assertThat(one.split("=")[0]).isNotEqualTo(other.split("=")[0]);
        String bare = hosts.get(0).address().split("\\?")[0];
        assertThat(get(bare, "Cookie", other + "; " + one).statusCode()).isEqualTo(200);
        assertThat(get(bare, "Cookie", other).statusCode()).isEqualTo(401);
    }

    private static String cookie(HttpResponse<String> admitted) {
        return admitted.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    @Test
    void whoIsAdmittedIsLedToNoOtherHostAndNothingIsForged() throws Exception {
        String address = open(Optional.of(TOKEN));
        URI page = URI.create(address);
        String rest = "?token=" + TOKEN + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        assertThat(raw(page, "GET /%0d%0aSet-Cookie:%20forged" + rest))
                .startsWith("HTTP/1.1 303 ")
                .contains("Location: /%0d%0aSet-Cookie:%20forged\r\n");
        assertThat(raw(page, "GET ////evil.example/x" + rest)).contains("Location: /evil.example/x\r\n");
    }

    @Test
    void whatFailsIsLoggedInOneLineWhateverWasAskedFor() throws Exception {
        URI page = URI.create(open(Optional.empty()));
        var logged = new CopyOnWriteArrayList<String>();
        var log = java.util.logging.Logger.getLogger(PageHost.class.getName());
        var handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.addHandler(handler);
        log.setUseParentHandlers(false);
        try {
            mesh.failWith("no state today");
            assertThat(raw(
                            page,
                            "GET /api/state?peer=service-0/service-0-0&x=%0d%0aforged HTTP/1.1\r\n"
                                    + "Host: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 500 ")
                    .doesNotContain("no state today");
            assertThat(raw(
                            page,
                            "GET /api/%73tate?peer=service-0/service-0-0 HTTP/1.1\r\n"
                                    + "Host: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 500 ");
        } finally {
            log.removeHandler(handler);
            log.setUseParentHandlers(true);
        }
        // As it came, so that nothing in it is a line's end.
        assertThat(logged).containsExactly("/api/state failed", "/api/%73tate failed");
    }

    @Test
    void atAllOfThisMachinesAddressesItIsToldByThoseThatOthersCanOpen() throws Exception {
        var settings = new PageHost.Settings(InetAddress.getByName("0.0.0.0"), 0, false, Optional.of(TOKEN), Set.of());
        try (PageHost host = PageHost.open(settings, mesh, new NoTrials())) {
            boolean isReachable = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(own -> own instanceof Inet4Address && !own.isLoopbackAddress());
            assertThat(host.addresses()).isNotEmpty().contains(host.address()).allSatisfy(address -> {
                URI page = URI.create(address);
                assertThat(page.getHost().startsWith("127.") || page.getHost().equals("localhost"))
                        .as(address)
                        .isNotEqualTo(isReachable);
                if (!page.getHost().startsWith("[")) {
                    assertThat(get(address).statusCode()).as(address).isEqualTo(303);
                }
            });
        }
    }

    @Test
    void nobodyElseWithoutAToken() throws Exception {
        InetAddress everywhere = InetAddress.getByName("0.0.0.0");
        assertThatThrownBy(() -> new PageHost.Settings(everywhere, 0, false, Optional.empty(), Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token");
    }

    @Test
    void whatCannotBeAnsweredSaysWhy() throws Exception {
        String address = open(Optional.empty());
        assertThat(problem(get(address + "api/nothing"))).isEqualTo("404 no-such-question");
        assertThat(problem(get(address + "api/state?peer=nobody/here"))).isEqualTo("404 no-such-peer");
        assertThat(problem(get(address + "api/story"))).isEqualTo("400 bad-parameter");
        assertThat(problem(get(address + "api/story?id=" + "x".repeat(300)))).isEqualTo("400 bad-parameter");
        assertThat(problem(get(address + "api/flows?outcome=good"))).isEqualTo("400 bad-parameter");
        assertThat(problem(get(address + "api/flows?text=" + "x".repeat(300)))).isEqualTo("400 bad-parameter");
        assertThat(problem(get(address + "api/flows?" + "a&".repeat(200)))).isEqualTo("400 bad-parameter");
        assertThat(problem(post(address, "{\"channel\":\"nobody/asks\",\"body\":\"{}\"}")))
                .isEqualTo("404 no-such-channel");
        assertThat(problem(post(address, "{\"channel\":\"service-0/ask\",\"body\":\"{\"}")))
                .isEqualTo("400 not-json");
        assertThat(problem(post(address, "{\"channel\":\"service-0/ask\",\"body\":\"1\",\"limitMillis\":900000}")))
                .isEqualTo("400 bad-parameter");
        assertThat(problem(post(address, "["))).isEqualTo("400 not-json");
        assertThat(problem(post(address, "{\"body\":\"" + "x".repeat(Exchange.MOST_BODY_BYTES) + "\"}")))
                .isEqualTo("413 too-large");
        HttpResponse<String> wrong = http.send(
                request(address + "api/mesh")
                        .method("DELETE", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(problem(wrong)).isEqualTo("405 wrong-method");
        assertThat(tried).isEmpty();
    }

    @Test
    void whoAsksForWhatCannotBeIsToldWhatCan() throws Exception {
        String address = open(Optional.empty());
        Map<String, String> expected = Map.of(
                "kind=note", "Expected as kind one of document, command, event, not 'note'.",
                "style=Ask", "Expected as style one of one-way, request, publish, survey, not 'Ask'.",
                "outcome=good",
                        "Expected as outcome one of done, failed, faulted, refused, timed-out, lost, not 'good'.");
        for (Map.Entry<String, String> wrong : expected.entrySet()) {
            for (String question : List.of("api/flows?", "api/stream?flows=1&")) {
                HttpResponse<String> answer = get(address + question + wrong.getKey());
                assertThat(problem(answer)).as(question).isEqualTo("400 bad-parameter");
                assertThat(answer.body()).contains(wrong.getValue());
            }
        }
        assertThat(problem(get(address + "api/flows?kind=" + "x".repeat(5_000))))
                .isEqualTo("400 bad-parameter");
        assertThat(get(address + "api/flows?kind=&style=&outcome=").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTextIsFoundInHeadersAndInTheKey() throws Exception {
        String address = open(Optional.empty());
        Await.until("ten messages", () -> !mesh.recent(flow -> flow.id().endsWith("0"), 1)
                .isEmpty());
        Object id = flows(get(address + "api/flows?text=came-by:+wEB")).get(0).get("id");

        for (String text : List.of("CAME-BY:+web", "came-by%3Dweb", "web")) {
            assertThat(flows(get(address + "api/flows?text=" + text)))
                    .as(text)
                    .isNotEmpty()
                    .allSatisfy(flow -> assertThat(flow.get("headers")).isEqualTo(Map.of("Came-By", "Web")));
        }
        assertThat(flows(get(address + "api/flows?text=KEY+of+" + id)))
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(flow.get("id")).isEqualTo(id));
        assertThat(flows(get(address + "api/flows?text=came-by:+fax"))).isEmpty();
    }

    @Test
    void aTrialGoesToTheChannelInItsOwnStyle() throws Exception {
        String address = open(Optional.empty());

        HttpResponse<String> answer =
                post(address, "{\"channel\":\"service-0/events\",\"body\":\"{\\\"a\\\":1}\",\"name\":\"a.b\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.read(answer.body()).orElseThrow()).containsEntry("outcome", "published");
        assertThat(tried).singleElement().satisfies(trial -> {
            assertThat(trial.style()).isEqualTo("publish");
            assertThat(trial.body()).isEqualTo("{\"a\":1}");
            assertThat(trial.name()).isEqualTo("a.b");
            assertThat(trial.type()).isEqualTo("JSON");
        });
    }

    @Test
    void flowsAreThoseThatMatch() throws Exception {
        String address = open(Optional.empty());
        Await.until("flows that failed", () -> !mesh.recent(
                        flow -> flow.step().name().equals("FAULTED"), 1)
                .isEmpty());

        List<Map<?, ?>> failed = flows(get(address + "api/flows?outcome=failed"));
        assertThat(failed).isNotEmpty().allSatisfy(flow -> assertThat(flow.get("step"))
                .isEqualTo("FAULTED"));
        Map<?, ?> one = failed.get(0);
        assertThat(flows(get(address + "api/flows?correlation=" + one.get("correlationId"))))
                .hasSize(2)
                .allSatisfy(flow -> assertThat(flow.get("id")).isEqualTo(one.get("id")));
        assertThat(flows(get(address + "api/flows?service=service-0")))
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(String.valueOf(flow.get("from"))).startsWith("service-0/"));
        assertThat(flows(get(address + "api/flows?kind=command")))
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(flow.get("kind")).isEqualTo("command"));
        assertThat(flows(get(address + "api/flows?kind=event"))).isEmpty();
        assertThat(flows(get(address + "api/flows?text=NOT+THERE"))).isNotEmpty();
        assertThat(flows(get(address + "api/flows?text=xyzzy"))).isEmpty();
    }

    @Test
    void whoLooksOnIsToldAllAtFirstAndThenWhatChanges() throws Exception {
        String address = open(Optional.empty());
        try (var stream = new Events(http, address + "api/stream?flows=1&channel=service-1/ask")) {
            assertThat(stream.next("hello")).containsEntry("mesh", "made-up");
            assertThat((List<?>) stream.next("mesh").get("peers")).hasSize(8);
            assertThat((List<?>) stream.next("flows").get("flows")).isNotEmpty();

            mesh.kill("service-1/service-1-0");

            List<?> changed = (List<?>) stream.next("mesh").get("peers");
            while (changed.isEmpty()) {
                changed = (List<?>) stream.next("mesh").get("peers");
            }
            assertThat(changed).singleElement().satisfies(peer -> assertThat(((Map<?, ?>) peer).get("condition"))
                    .isEqualTo("GONE"));
        }
    }

    @Test
    void noMoreLookOnThanThereIsRoomFor() throws Exception {
        String address = open(Optional.empty());
        var streams = new ArrayList<Events>();
        try {
            for (int i = 0; i < Streams.MOST; i++) {
                streams.add(new Events(http, address + "api/stream"));
                streams.get(i).next("hello");
            }
            assertThat(problem(get(address + "api/stream"))).isEqualTo("503 too-many");
            assertThat(get(address + "api/mesh").statusCode()).isEqualTo(200);
        } finally {
            for (Events stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void nobodyListensForABrowserThatHasGone() throws Exception {
        String address = open(Optional.empty());
        try (var stream = new Events(http, address + "api/stream?flows=1")) {
            stream.next("flows");
            assertThat(mesh.isListenedTo()).isTrue();
        }
        Await.until("nobody to listen", () -> !mesh.isListenedTo());
    }

    @Test
    void closingLetsGoOfThoseWhoLookOn() throws Exception {
        String address = open(Optional.empty());
        try (var stream = new Events(http, address + "api/stream?flows=1")) {
            stream.next("flows");

            hosts.get(0).close();

            stream.awaitEnd();
        }
        // Whoever looked on may hear of the end a moment before its thread comes to it.
        Await.until("nobody to listen", () -> !mesh.isListenedTo());
    }

    @Test
    void aPortThatIsTakenIsSaidToBeUnlessAnotherOneWillDo() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> open(taken.getLocalPort(), false, Optional.empty()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort());
            assertThat(get(open(taken.getLocalPort(), true, Optional.empty())).statusCode())
                    .isEqualTo(200);
        }
    }

    private String open(Optional<String> token) throws IOException {
        return open(0, false, token);
    }

    private String open(int port, boolean isAnyPortFine, Optional<String> token) throws IOException {
        var trials = new Trials() {
            @Override
            public Map<String, ?> run(Trial trial) {
                tried.add(trial);
                return Map.of("outcome", "published");
            }

            @Override
            public String example(String channel) {
                return "{}";
            }
        };
        var settings = new PageHost.Settings(
                InetAddress.getLoopbackAddress(), port, isAnyPortFine, token, Set.of("Ours.example"));
        PageHost host = PageHost.open(settings, mesh, trials);
        hosts.add(host);
        Await.until("a picture of the mesh", () -> {
            try {
                String page = host.address().split("\\?")[0] + "api/mesh";
                return get(page, "Authorization", "Bearer " + token.orElse(""))
                        .body()
                        .contains("service-0");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return host.address();
    }

    private static HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address));
    }

    private HttpResponse<String> get(String address, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(address);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String address, String body) throws IOException, InterruptedException {
        HttpRequest request = request(address + "api/trials")
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static String problem(HttpResponse<String> response) {
        Map<?, ?> error = (Map<?, ?>) Json.read(response.body()).orElseThrow().get("error");
        assertThat((String) error.get("message")).isNotBlank();
        return response.statusCode() + " " + error.get("code");
    }

    private static List<Map<?, ?>> flows(HttpResponse<String> response) {
        var flows = new ArrayList<Map<?, ?>>();
        for (Object flow : (List<?>) Json.read(response.body()).orElseThrow().get("flows")) {
            flows.add((Map<?, ?>) ((Map<?, ?>) flow).get("flow"));
        }
        return flows;
    }

    /** What a request that no well-bred client would send is answered. */
    private static String raw(URI address, String request) throws IOException {
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
