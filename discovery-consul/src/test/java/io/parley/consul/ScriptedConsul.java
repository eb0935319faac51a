package io.parley.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers as a test says, where a real agent cannot be brought to. Thread-safe. */
final class ScriptedConsul implements AutoCloseable {

    /** What to do about a request. */
    interface Script {
        void answer(HttpExchange exchange, int number) throws IOException, InterruptedException;
    }

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "scripted");
        thread.setDaemon(true);
        return thread;
    });
    private final List<String> queries = new CopyOnWriteArrayList<>();

    private ScriptedConsul(HttpServer http) {
        this.http = http;
    }

    /** @param script is told how many requests there were before */
    static ScriptedConsul of(Script script) {
        try {
            var scripted = new ScriptedConsul(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100));
            scripted.http.setExecutor(scripted.threads);
            scripted.http.createContext("/", exchange -> scripted.handle(exchange, script));
            scripted.http.start();
            return scripted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Paths and queries of all requests so far. */
    List<String> queries() {
        return queries;
    }

    /** Answers about health. */
    static void health(HttpExchange exchange, long index, String... entries) throws IOException {
        exchange.getResponseHeaders().set("X-Consul-Index", String.valueOf(index));
        send(exchange, 200, '[' + String.join(",", entries) + ']');
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A sound entry of a peer. */
    static String peer(String service, String name) {
        return entry(
                service,
                name,
                "\"parley-protocol\":\"1\",\"parley-incarnation\":\"00000000000000"
                        + String.format("%02x", name.hashCode() & 0xff) + "\",\"parley-instance\":\"" + name + '"');
    }

    static String entry(String service, String id, String meta) {
        return "{\"Node\":{\"Address\":\"10.0.0.9\"},\"Service\":{\"ID\":\"" + id + "\",\"Service\":\"" + service
                + "\",\"Tags\":[\"parley\"],\"Address\":\"\",\"Port\":7001,\"Meta\":{" + meta + "}},\"Checks\":[]}";
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange, Script script) throws IOException {
        int number;
        synchronized (queries) {
            number = queries.size();
            queries.add(exchange.getRequestURI().toString());
        }
        try (exchange) {
            script.answer(exchange, number);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
