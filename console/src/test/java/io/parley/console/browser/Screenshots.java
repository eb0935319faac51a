package io.parley.console.browser;

import io.parley.console.json.Json;
import io.parley.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Takes the guide's pictures of the page, in both themes, while the demo runs. {@code scripts/screenshots} starts it. */
public final class Screenshots {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    /** So that charts have something to show. */
    private static final Duration PLAYED = Duration.ofSeconds(60);

    private final Tab tab;
    private final String address;
    private final Path folder;
    private String conversation = "";

    private Screenshots(Tab tab, String address, Path folder) {
        this.tab = tab;
        this.address = address;
        this.folder = folder;
    }

    /** @param arguments the folder to write to */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        Process demo = new ProcessBuilder(
                        DemoProcess.command("demo", "--stay", "--for", "240s", "--json", "--page-port", "0"))
                .redirectInput(Redirect.PIPE)
                .redirectError(Redirect.INHERIT)
                .start();
        try (Chromium browser = Chromium.open()) {
            String address = address(demo).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            Tab tab = browser.openTab();
            tab.resize(1280, 800);
            var screenshots = new Screenshots(tab, address, folder);
            screenshots.awaitOrders();
            for (String theme : List.of("light", "dark")) {
                tab.prefer(theme);
                screenshots.takeWhatIsSeen(theme);
            }
            for (String theme : List.of("light", "dark")) {
                tab.prefer(theme);
                screenshots.takeWhatIsTried(theme);
                screenshots.takeWhatIsNarrow(theme);
            }
        } finally {
            demo.toHandle().destroy();
            demo.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        System.exit(0);
    }

    /** Reads all that the demo writes, as it stops if nobody does. */
    private static CompletableFuture<String> address(Process demo) {
        var address = new CompletableFuture<String>();
        var reader = new Thread(
                () -> {
                    try (var lines =
                            new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            Json.read(line)
                                    .map(object -> object.get("page"))
                                    .ifPresent(page -> address.complete(String.valueOf(page)));
                        }
                        address.completeExceptionally(new IllegalStateException("The demo has ended"));
                    } catch (IOException e) {
                        address.completeExceptionally(e);
                    }
                },
                "demo-reader");
        reader.setDaemon(true);
        reader.start();
        return address;
    }

    private void awaitOrders() {
        tab.open(address);
        Await.until(
                () -> "some orders",
                LIMIT.plus(PLAYED),
                () -> Boolean.TRUE.equals(tab.evaluate(
                        "fetch('/api/history?channel=orders/place').then(answer => answer.json()).then(past =>"
                                + " past.rate.filter(rate => rate > 0).length > " + PLAYED.toSeconds() + ")")));
    }

    private void takeWhatIsSeen(String theme) throws IOException {
        tab.evaluate("location.hash = '#/mesh'");
        tab.await("document.querySelector('.picture').dataset.placed");
        settle();
        shoot("mesh-" + theme);

        tab.click("[data-link='orders|payment|payment/authorise']");
        tab.await("document.querySelectorAll('.details canvas').length === 2");
        settle();
        shoot("details-" + theme);

        tab.evaluate("location.hash = '#/messages'");
        tab.await("document.querySelectorAll('.message').length > 20");
        settle();
        shoot("messages-" + theme);
    }

    /** The same on a screen as of a telephone. */
    private void takeWhatIsNarrow(String theme) throws IOException {
        tab.resize(390, 780, 2);
        tab.evaluate("location.hash = '#/mesh'");
        tab.await("document.querySelector('.picture').dataset.placed");
        settle();
        shoot("narrow-mesh-" + theme);

        tab.click("[data-link='orders|payment|payment/authorise']");
        tab.await("document.querySelectorAll('.details canvas').length === 2");
        settle();
        shoot("narrow-details-" + theme);

        tab.evaluate("location.hash = '#/messages'");
        tab.await("document.querySelectorAll('.message').length > 5");
        settle();
        shoot("narrow-messages-" + theme);

        tab.evaluate("location.hash = '#/story/' + encodeURIComponent('" + conversation + "')");
        tab.await("/warehouse\\/events/.test(document.querySelector('.story .sequence svg')?.textContent)");
        settle();
        shoot("narrow-story-" + theme);
        tab.resize(1280, 800);
    }

    private void takeWhatIsTried(String theme) throws IOException {
        tab.evaluate("location.hash = '#/try?channel=orders/place'");
        tab.await("document.querySelector('#try-channel').value === 'orders/place'");
        tab.await("/\"42\"/.test(document.querySelector('#try-body').value)");
        String order = Json.write(Map.of("id", theme, "customer", "Ada", "product", "tea", "quantity", 2));
        tab.fill("#try-body", tab.text("JSON.stringify(" + order + ", ['id', 'customer', 'product', 'quantity'], 2)"));
        tab.click("form button.strong");
        tab.await("/paid-" + theme + "/.test(document.querySelector('.answer pre')?.innerText)");
        tab.await("document.querySelector('.answer .sequence svg')");
        settle();
        shoot("try-" + theme);

        tab.click(".answer a");
        tab.await("/warehouse\\/events/.test(document.querySelector('.story .sequence svg')?.textContent)");
        conversation = tab.text("document.querySelector('.story h2').innerText");
        settle();
        shoot("story-" + theme);
    }

    private void shoot(String name) throws IOException {
        Path file = folder.resolve(name + ".png");
        tab.screenshot(file);
        System.out.println(file);
    }

    /** Until what moves has come to rest, and what is asked for repeatedly has been. */
    private void settle() {
        tab.evaluate("new Promise(done => setTimeout(done, 2500))");
    }
}
