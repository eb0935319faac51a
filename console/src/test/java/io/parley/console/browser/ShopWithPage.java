package io.parley.console.browser;

import io.parley.console.json.Json;
import io.parley.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The demo, each peer a process of its own, whose page is looked at in the browser. Its customer places two orders a second for a
 * quarter of an hour. Confined to one thread.
 */
final class ShopWithPage implements AutoCloseable {

    private static final Duration OPENING = Duration.ofSeconds(120);
    private static final int MOST_LINES = 5_000;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Process demo;
    private final String address;

    private ShopWithPage(Process demo) {
        this.demo = demo;
        var reader = new Thread(this::read, "demo-reader");
        reader.setDaemon(true);
        reader.start();
        try {
            address = awaitAddress();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Opens the shop, and returns once its first orders are placed.
     *
     * @param home for its mesh
     */
    static ShopWithPage open(Path home) throws IOException {
        Path orders = Files.writeString(
                home.resolve("orders.jsonl"),
                Files.readString(Path.of("../samples/data/orders.jsonl")).repeat(10));
        var builder = new ProcessBuilder(DemoProcess.command(
                        "demo",
                        "--stay",
                        "--for",
                        "1000s",
                        "--orders",
                        orders.toString(),
                        "--json",
                        "--page-port",
                        "0"))
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectErrorStream(true);
        builder.environment().put("PARLEY_HOME", home.toString());
        return new ShopWithPage(builder.start());
    }

    private void read() {
        try (var input = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                if (lines.size() < MOST_LINES) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
    }

    private String awaitAddress() {
        Await.until(() -> "the customer's first orders in " + lines, OPENING, () -> lines.stream()
                .anyMatch(line -> line.contains("\"customer-1/2\"")));
        return lines.stream()
                .flatMap(line -> Json.read(line).stream())
                .filter(line -> line.containsKey("page"))
                .map(line -> (String) line.get("page"))
                .findFirst()
                .orElseThrow();
    }

    String address() {
        return address;
    }

    /** Returns the process of an instance. */
    ProcessHandle process(String instance) {
        return demo.descendants()
                .filter(one -> one.info().commandLine().orElse("").contains("--instance " + instance))
                .findFirst()
                .orElseThrow();
    }

    /** Ends the demo, and all of its peers if they do not end by themselves. */
    @Override
    public void close() {
        List<ProcessHandle> peers = demo.descendants().toList();
        demo.toHandle().destroy();
        try {
            if (!demo.waitFor(60, TimeUnit.SECONDS)) {
                demo.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        peers.forEach(ProcessHandle::destroyForcibly);
    }
}
