package io.parley.console.web;

import io.parley.console.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A stream of server-sent events, as they come. Confined to one thread. */
final class Events implements AutoCloseable {

    private final BufferedReader lines;

    Events(HttpClient http, String address) throws IOException, InterruptedException {
        InputStream body = http.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofInputStream())
                .body();
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** The next event of this name. */
    Map<String, Object> next(String name) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("event: " + name)) {
                return Json.read(lines.readLine().substring("data: ".length())).orElseThrow();
            }
        }
        throw new IOException("The stream has ended");
    }

    void awaitEnd() {
        try {
            while (lines.readLine() != null) {
                // What was under way.
            }
        } catch (IOException e) {
            // An end as well.
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
