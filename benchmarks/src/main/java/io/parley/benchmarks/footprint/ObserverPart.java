package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Answer;
import io.parley.console.Parley;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code parley observe}, as people start it. Commands:
 *
 * <ul>
 *   <li>{@code open} - {@code port}: where its page is
 *   <li>{@code sees N} - once the page shows so many peers that are up, and what each says to the next: {@code nanos}
 *   <li>{@code seen} - {@code messages}: how many it has seen in all
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class ObserverPart implements Part {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final Path mesh;
    private final HttpClient http = HttpClient.newHttpClient();
    private int port;

    ObserverPart(Path mesh) {
        this.mesh = mesh;
    }

    @Override
    public Answer answer(String[] command) throws IOException, InterruptedException {
        switch (command[0]) {
            case "open" -> {
                open();
                return new Answer("open").with("port", port);
            }
            case "sees" -> {
                return sees(Integer.parseInt(command[1]));
            }
            case "seen" -> {
                return new Answer("seen").with("messages", messages(look()));
            }
            default -> throw new IllegalArgumentException("Unknown command " + command[0]);
        }
    }

    private void open() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String[] arguments = {"observe", "--mesh", mesh.toString(), "--port", String.valueOf(port)};
        var thread = new Thread(() -> Parley.main(arguments), "observe");
        thread.setDaemon(true);
        thread.start();
    }

    private Answer sees(int peers) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int up = 0;
        int edges = 0;
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            JsonNode mesh = look();
            up = 0;
            for (JsonNode peer : mesh.path("peers")) {
                up += peer.path("condition").asString("").equals("UP") ? 1 : 0;
            }
            edges = mesh.path("edges").size();
            if (up == peers && edges == peers) {
                return new Answer("sees").with("nanos", System.nanoTime() - start);
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        throw new IllegalStateException(up + " peers are seen, and " + edges + " edges, instead of " + peers);
    }

    private static long messages(JsonNode mesh) {
        long messages = 0;
        for (JsonNode edge : mesh.path("edges")) {
            messages += edge.path("count").asLong();
        }
        return messages;
    }

    /** What the page knows; nothing while it is not there yet. */
    private JsonNode look() throws IOException, InterruptedException {
        try {
            var question = HttpRequest.newBuilder(address("/api/mesh")).build();
            return JsonMapper.shared()
                    .readTree(http.send(question, BodyHandlers.ofString()).body());
        } catch (ConnectException e) {
            return JsonMapper.shared().createObjectNode();
        }
    }

    private URI address(String path) {
        return address(port, path);
    }

    static URI address(int port, String path) {
        return URI.create("http://localhost:" + port + path);
    }

    /** A page that is open, as far as the server can tell: reads all that comes until it is closed. */
    static Closeable browse(int port) throws IOException, InterruptedException {
        var question =
                HttpRequest.newBuilder(address(port, "/api/stream?flows=1")).build();
        InputStream stream = HttpClient.newHttpClient()
                .send(question, BodyHandlers.ofInputStream())
                .body();
        var thread = new Thread(() -> readAll(stream), "browser");
        thread.setDaemon(true);
        thread.start();
        return stream;
    }

    private static void readAll(InputStream stream) {
        byte[] buffer = new byte[64 * 1024];
        try {
            int read = stream.read(buffer);
            while (read >= 0) {
                read = stream.read(buffer);
            }
        } catch (IOException e) {
            // It was closed.
        }
    }
}
