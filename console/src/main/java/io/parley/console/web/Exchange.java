package io.parley.console.web;

import com.sun.net.httpserver.HttpExchange;
import io.parley.console.flow.FlowFilter;
import io.parley.console.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One question from a browser and its answer. Confined to one thread. */
final class Exchange {

    static final int MOST_BODY_BYTES = 1 << 20;
    private static final int MOST_PARAMETERS = 32;

    /** Nothing comes from elsewhere, and nothing goes there. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:;"
                            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");

    private final HttpExchange http;
    private final PageThreads.Turn turn;

    /** @param turn that of the calling thread */
    Exchange(HttpExchange http, PageThreads.Turn turn) {
        this.http = http;
        this.turn = turn;
        turn.awaitNobody();
        HEADERS.forEach(http.getResponseHeaders()::set);
    }

    HttpExchange http() {
        return http;
    }

    PageThreads.Turn turn() {
        return turn;
    }

    String method() {
        return http.getRequestMethod();
    }

    String path() {
        return http.getRequestURI().getPath();
    }

    /** As it came: with nothing in it that would be a line's end elsewhere, and no slashes that would lead to another host. */
    String rawPath() {
        return http.getRequestURI().getRawPath().replaceFirst("^/{2,}", "/");
    }

    /** What follows the question mark, by name. */
    Map<String, String> parameters() {
        String query = http.getRequestURI().getRawQuery();
        if (query == null || query.isEmpty()) {
            return Map.of();
        }
        String[] parts = query.split("&", MOST_PARAMETERS + 1);
        if (parts.length > MOST_PARAMETERS) {
            throw new ProblemException(400, "bad-parameter", "There are too many parameters.");
        }
        var parameters = new LinkedHashMap<String, String>();
        for (String part : parts) {
            int equals = part.indexOf('=');
            try {
                parameters.put(
                        URLDecoder.decode(equals < 0 ? part : part.substring(0, equals), StandardCharsets.UTF_8),
                        equals < 0 ? "" : URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new ProblemException(400, "bad-parameter", "What follows the question mark cannot be read.");
            }
        }
        return parameters;
    }

    /** The flows that the parameters ask for. */
    FlowFilter filter() {
        try {
            return new FlowFilter(parameters());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "bad-parameter", sentence(String.valueOf(e.getMessage())));
        }
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + '.';
    }

    /** The parameter {@code name}, which has to be there. */
    String parameter(String name) {
        String value = parameters().get(name);
        if (value == null || value.isEmpty()) {
            throw new ProblemException(400, "bad-parameter", "Expected a parameter " + name + ".");
        }
        return value;
    }

    /** The object of JSON that the browser sent. */
    Map<String, Object> body() throws IOException {
        String type = http.getRequestHeaders().getFirst("Content-Type");
        // Also what no form of another site can send.
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw new ProblemException(415, "not-json", "Expected application/json.");
        }
        byte[] bytes;
        turn.awaitRequest();
        try (InputStream in = http.getRequestBody()) {
            bytes = in.readNBytes(MOST_BODY_BYTES + 1);
        }
        turn.awaitNobody();
        if (bytes.length > MOST_BODY_BYTES) {
            throw new ProblemException(413, "too-large", "Expected " + MOST_BODY_BYTES + " bytes at most.");
        }
        return Json.read(new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new ProblemException(400, "not-json", "Expected an object of JSON."));
    }

    void json(Map<String, ?> object) throws IOException {
        json(200, Json.write(object));
    }

    void json(int status, String json) throws IOException {
        http.getResponseHeaders().set("Cache-Control", "no-store");
        answer(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    void problem(ProblemException problem) throws IOException {
        if (problem.status() == 401) {
            http.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        json(
                problem.status(),
                Json.write(Map.of(
                        "error", Map.of("code", problem.code(), "message", String.valueOf(problem.getMessage())))));
    }

    void redirect(String location) throws IOException {
        http.getResponseHeaders().set("Location", location);
        http.getResponseHeaders().set("Cache-Control", "no-store");
        turn.awaitReader();
        http.sendResponseHeaders(303, -1);
    }

    /** Blocks while the browser does not read. What is left of its request is read then, too. */
    void answer(int status, String type, byte[] bytes) throws IOException {
        http.getResponseHeaders().set("Content-Type", type);
        boolean hasBody = bytes.length > 0 && !method().equals("HEAD") && status != 304;
        turn.awaitReader();
        http.sendResponseHeaders(status, hasBody ? bytes.length : -1);
        if (hasBody) {
            try (OutputStream out = http.getResponseBody()) {
                out.write(bytes);
            }
        }
    }
}
