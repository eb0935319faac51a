package io.parley.console.browser;

import io.parley.console.json.Json;
import io.parley.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real browser without a window, told what to do by its DevTools protocol. Thread-safe. */
public final class Chromium implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static @Nullable Chromium shared;

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<Map<String, Object>>> asked = new ConcurrentHashMap<>();
    private final Map<String, Tab> tabs = new ConcurrentHashMap<>();

    private Chromium(Process process, Path profile, URI address) {
        this.process = process;
        this.profile = profile;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Reader())
                .join();
    }

    /**
     * Returns the one browser of all tests of this JVM, which is started on first use and ends with the JVM. Nobody closes it; each
     * page that is opened in it is closed by whoever opened it, as a page that stays open goes on drawing.
     */
    public static synchronized Chromium shared() throws IOException, InterruptedException {
        if (shared == null) {
            Chromium browser = open();
            Runtime.getRuntime().addShutdownHook(new Thread(browser::closeQuietly, "chromium-end"));
            shared = browser;
        }
        return shared;
    }

    /** Starts one, which {@code scripts/chromium} brings if there is none. */
    public static Chromium open() throws IOException, InterruptedException {
        Path profile = Files.createTempDirectory("parley-chromium-");
        Path log = profile.resolve("chromium.log");
        Process process = new ProcessBuilder(
                        root().resolve("scripts/chromium").toString(),
                        "--headless",
                        // The page is ours; and there is no sandbox for root.
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--hide-scrollbars",
                        // Each page is drawn as if it were the only one, as several are open at a time.
                        "--disable-renderer-backgrounding",
                        "--disable-background-timer-throttling",
                        "--disable-backgrounding-occluded-windows",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        Await.until(
                () -> "the browser to open; it says " + read(log),
                // It may have to be fetched first.
                Duration.ofMinutes(3),
                () -> !process.isAlive() || read(port).lines().count() == 2);
        if (!process.isAlive()) {
            throw new IllegalStateException("The browser did not open: " + read(log));
        }
        List<String> lines = read(port).lines().toList();
        return new Chromium(process, profile, URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)));
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.exists(path.resolve("scripts/chromium"))) {
            path = path.getParent();
        }
        return path;
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a page of its own, with nothing that another one has kept. */
    public Tab openTab() {
        String context =
                (String) ask("", "Target.createBrowserContext", Map.of()).get("browserContextId");
        String target =
                (String) ask("", "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
                        .get("targetId");
        String session = (String) ask("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId");
        var tab = new Tab(this, session, context);
        tabs.put(session, tab);
        tab.begin();
        return tab;
    }

    void closeTab(String session, String context) {
        if (tabs.remove(session) != null) {
            ask("", "Target.disposeBrowserContext", Map.of("browserContextId", context));
        }
    }

    /** Has the browser, or one of its pages, do something, and waits for what it answers. */
    Map<String, Object> ask(String session, String method, Map<String, ?> parameters) {
        long number = numbers.incrementAndGet();
        var question = new HashMap<String, Object>(Map.of("id", number, "method", method, "params", parameters));
        if (!session.isEmpty()) {
            question.put("sessionId", session);
        }
        var answer = new CompletableFuture<Map<String, Object>>();
        asked.put(number, answer);
        synchronized (socket) {
            socket.sendText(Json.write(question), true).join();
        }
        try {
            return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The browser did not do " + method + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + method, e);
        }
    }

    @SuppressWarnings("unchecked") // What JSON makes of an object.
    private void onMessage(String text) {
        Map<String, Object> message = Json.read(text).orElseThrow();
        if (message.get("id") instanceof Number number) {
            CompletableFuture<Map<String, Object>> answer = asked.remove(number.longValue());
            if (message.get("error") != null) {
                answer.completeExceptionally(new IllegalStateException(String.valueOf(message.get("error"))));
            } else {
                answer.complete((Map<String, Object>) message.get("result"));
            }
            return;
        }
        Tab tab = tabs.get(String.valueOf(message.get("sessionId")));
        if (tab != null) {
            tab.onEvent(String.valueOf(message.get("method")), (Map<String, Object>) message.get("params"));
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // What is left lies in the folder for what may go at any time.
        }
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        socket.abort();
        try (Stream<Path> files = Files.walk(profile, new FileVisitOption[0])) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Puts together what the socket brings in parts. Confined to the socket's thread. */
    private final class Reader implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                String whole = text.toString();
                text.setLength(0);
                onMessage(whole);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket from, Throwable problem) {
            asked.values().forEach(answer -> answer.completeExceptionally(problem));
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            onError(from, new IOException("The browser has gone"));
            return CompletableFuture.completedStage(null);
        }
    }
}
