package io.parley.console.browser;

import io.parley.console.json.Json;
import io.parley.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** One page of a {@link Chromium}. Thread-safe. */
public final class Tab implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Chromium browser;
    private final String session;
    private final String context;
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> fetched = new CopyOnWriteArrayList<>();

    Tab(Chromium browser, String session, String context) {
        this.browser = browser;
        this.session = session;
        this.context = context;
    }

    void begin() {
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            ask(domain + ".enable", Map.of());
        }
        // Keys reach it though another page was opened later.
        ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
        resize(1280, 800);
    }

    private Map<String, Object> ask(String method, Map<String, ?> parameters) {
        return browser.ask(session, method, parameters);
    }

    void onEvent(String method, Map<String, Object> parameters) {
        switch (method) {
            case "Runtime.exceptionThrown", "Inspector.targetCrashed" -> problems.add(method + " " + parameters);
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert").contains(String.valueOf(parameters.get("type")))) {
                    problems.add("console: " + parameters.get("args"));
                }
            }
            case "Log.entryAdded" -> {
                if (parameters.get("entry") instanceof Map<?, ?> entry
                        && List.of("error", "warning").contains(String.valueOf(entry.get("level")))) {
                    problems.add(entry.get("text") + " " + entry.get("url"));
                }
            }
            case "Network.requestWillBeSent" -> {
                if (parameters.get("request") instanceof Map<?, ?> request) {
                    fetched.add(String.valueOf(request.get("url")));
                }
            }
            default -> {
                // Of no interest.
            }
        }
    }

    /** Errors and warnings of the page's so far: of its scripts, of what it could not fetch, of what its policy forbids. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** All addresses that the page has fetched something from. */
    public List<String> fetched() {
        return List.copyOf(fetched);
    }

    public void open(String address) {
        ask("Page.navigate", Map.of("url", address));
        await("document.readyState === 'complete' && document.querySelector('main')?.childElementCount > 0");
    }

    public void resize(int width, int height) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** @param scale device pixels for each of the page's */
    public void resize(int width, int height, int scale) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", false));
    }

    /** Has the page look as for somebody who prefers {@code light} or {@code dark}. */
    public void prefer(String scheme) {
        ask(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The value of an expression, or what its promise becomes; null if it is undefined. */
    public Object evaluate(String expression) {
        Map<String, Object> answer = ask(
                "Runtime.evaluate",
                Map.of("expression", expression, "returnByValue", true, "awaitPromise", true, "userGesture", true));
        if (answer.get("exceptionDetails") != null) {
            throw new IllegalStateException(expression + " failed: " + answer.get("exceptionDetails"));
        }
        return ((Map<?, ?>) answer.get("result")).get("value");
    }

    /** The text of an expression's value. */
    public String text(String expression) {
        return String.valueOf(evaluate(expression));
    }

    /** Waits until an expression is true; as long as something in it is not there, it is not. */
    public void await(String expression) {
        await(expression, LIMIT);
    }

    public void await(String expression, Duration limit) {
        Await.until(
                () -> expression + "; the page says: " + text("document.body.innerText.slice(0, 2000)") + "\n"
                        + problems,
                limit,
                () -> Boolean.TRUE.equals(
                        evaluate("(() => { try { return Boolean(" + expression + "); } catch { return false; } })()")));
    }

    /** Clicks in the middle of the first element that a selector finds, as a mouse does. */
    public void click(String selector) {
        List<Double> place = place(selector);
        mouse("mousePressed", place.get(0), place.get(1));
        mouse("mouseReleased", place.get(0), place.get(1));
    }

    /** Drags from the middle of the first element that a selector finds, so far to the right and so far down. */
    public void drag(String selector, int right, int down) {
        List<Double> place = place(selector);
        mouse("mousePressed", place.get(0), place.get(1));
        mouse("mouseMoved", place.get(0) + right / 2.0, place.get(1) + down / 2.0);
        mouse("mouseMoved", place.get(0) + right, place.get(1) + down);
        mouse("mouseReleased", place.get(0) + right, place.get(1) + down);
    }

    private void mouse(String type, double x, double y) {
        ask(
                "Input.dispatchMouseEvent",
                Map.of("type", type, "x", x, "y", y, "button", "left", "buttons", 1, "clickCount", 1));
    }

    /** Where the middle of an element is, once it stands still: x and y. */
    private List<Double> place(String selector) {
        await("document.querySelector(" + quoted(selector) + ")");
        Object found = evaluate("(async () => { const element = document.querySelector(" + quoted(selector)
                + "); element.scrollIntoView({block: 'nearest'}); let last = ''; for (let same = 0; same < 3;) {"
                + " await new Promise(done => requestAnimationFrame(done)); const box ="
                + " element.getBoundingClientRect(); const now = [box.left + box.width / 2, box.top + box.height / 2];"
                + " same = String(now) === String(last) ? same + 1 : 0; last = now; } return last; })()");
        return ((List<?>) found)
                .stream().map(value -> ((Number) value).doubleValue()).toList();
    }

    /** Types a text where the focus is. */
    public void type(String text) {
        ask("Input.insertText", Map.of("text", text));
    }

    /** Presses and releases a key, such as {@code Tab}, {@code Enter}, {@code Escape}. */
    public void press(String key) {
        int code = Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowDown", 40, "ArrowUp", 38, "Delete", 46)
                .get(key);
        String text = key.equals("Enter") ? "\r" : "";
        ask(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode", code, "text", text));
        ask("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
    }

    /** Chooses in a list, as by its menu, once it is there. */
    public void choose(String selector, String value) {
        await("[...document.querySelector(" + quoted(selector) + ").options].some(option => option.value === "
                + quoted(value) + ")");
        evaluate("(() => { const field = document.querySelector(" + quoted(selector) + "); field.value = "
                + quoted(value)
                + "; for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles:"
                + " true})); })()");
    }

    /** Writes a text into a field, in place of what is there. */
    public void fill(String selector, String text) {
        evaluate("(() => { const field = document.querySelector(" + quoted(selector)
                + "); field.focus(); field.select(); })()");
        type(text);
    }

    /** Takes away what is in a field. */
    public void clear(String selector) {
        evaluate("(() => { const field = document.querySelector(" + quoted(selector)
                + "); field.focus(); field.select(); })()");
        press("Delete");
    }

    public void screenshot(Path file) throws IOException {
        String data =
                (String) ask("Page.captureScreenshot", Map.of("format", "png")).get("data");
        Files.write(file, Base64.getDecoder().decode(data));
    }

    /** What axe-core finds wrong for those who cannot see, or not well, or use no mouse. */
    @SuppressWarnings("unchecked") // What the script makes.
    public List<String> barriers() throws IOException {
        if (!Boolean.TRUE.equals(evaluate("typeof axe === 'object'"))) {
            try (InputStream in = Tab.class.getResourceAsStream("/axe.min.js")) {
                evaluate(new String(in.readAllBytes(), StandardCharsets.UTF_8) + "; 0");
            }
        }
        // All rules run; details are collected of those that are broken alone.
        return (List<String>)
                evaluate(
                        "axe.run({resultTypes: ['violations']}).then(result => result.violations.flatMap(violation =>"
                                + " violation.nodes.map(node => violation.id + ' ' + node.target + ': ' + node.failureSummary)))");
    }

    /** Closes the page, which is done nothing with any more; closing it once more changes nothing. */
    @Override
    public void close() {
        browser.closeTab(session, context);
    }

    private static String quoted(String text) {
        return Json.quote(text);
    }
}
