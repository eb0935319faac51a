package io.parley.console.demo;

import io.parley.console.demo.Child.Report;
import io.parley.console.flow.Flow;
import io.parley.console.flow.FlowText;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.console.terminal.Texts;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.observe.FlowStep;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the shop, one process a peer, has the customer play the story, shows what flows, and sums up. Confined to one thread.
 */
public final class Demo {

    /**
     * @param parley what starts {@code parley} as another process
     * @param mesh a mesh of the demo's own; if it is a local one, its directory is removed at the end
     * @param discovery where the peers find each other, as an option
     * @param hints further lines of what to try in another terminal
     * @param onClosed what to do when all peers of the shop are closed, before their mesh is removed
     * @param duration how long the story takes, once the shop is open
     * @param orders the orders to place, or null for those of the samples
     * @param isToStay whether the shop stays open after the story
     */
    public record Settings(
            List<String> parley,
            String mesh,
            String discovery,
            List<String> hints,
            Runnable onClosed,
            Duration duration,
            @Nullable Path orders,
            boolean isToStay,
            boolean isJson,
            boolean isVerbose) {

        boolean isLocal() {
            return discovery.equals(LOCAL);
        }
    }

    private static final String LOCAL = "local";

    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final Duration SETTLING = Duration.ofSeconds(5);
    private static final Duration ENDING = Duration.ofSeconds(10);
    private static final int MOST_WAITING = 100_000;
    private static final long LOOK_MILLIS = 50;
    private static final String CUSTOMER = "customer-1";
    private static final int WAREHOUSES = 2;
    private static final int SUPPLIERS = 3;

    private final Terminal terminal;
    private final Stop stop;
    private final Settings settings;
    private final FlowText text;
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>(MOST_WAITING);
    private final List<Child> children = new ArrayList<>();
    private final Set<Child> up = new HashSet<>();
    private final Set<Child> ended = new HashSet<>();
    private final Map<String, Map<String, Long>> figures = new HashMap<>();
    private final Ledger ledger = new Ledger(CUSTOMER);
    private final List<String> deaths = new ArrayList<>();
    private boolean isEnding;

    public Demo(Terminal terminal, Stop stop, Settings settings) {
        this.terminal = terminal;
        this.stop = stop;
        this.settings = settings;
        this.text = new FlowText(terminal);
    }

    /** Plays it; whether the figures add up. */
    public boolean run() throws InterruptedException {
        try {
            return open() && play();
        } finally {
            end();
            settings.onClosed().run();
            if (settings.isLocal()) {
                removeMesh();
            }
        }
    }

    private boolean open() throws InterruptedException {
        say("Opening the shop in mesh " + settings.mesh() + ": a process for each of 8 peers and a customer…");
        long start = System.nanoTime();
        start("orders", 1);
        start("payment", 1);
        start("warehouse", WAREHOUSES);
        start("notification", 1);
        start("supplier", SUPPLIERS);
        boolean isOpen = pumpUntil(OPENING, () -> up.size() == children.size() && isHeard() || !deaths.isEmpty());
        if (!isOpen || !deaths.isEmpty()) {
            if (!stop.isRequested()) {
                terminal.complain("The shop could not be opened"
                        + (deaths.isEmpty() ? " within " + OPENING.toSeconds() + " s" : ""));
            }
            return false;
        }
        say("Open after " + Texts.took(System.nanoTime() - start) + ". While it lasts, try in another terminal:");
        String mesh = (settings.mesh().equals("default") ? "" : " --mesh " + settings.mesh())
                + (settings.isLocal() ? "" : " --discovery " + settings.discovery());
        say("  ./parley peers" + mesh);
        say("  ./parley subscribe orders/events" + mesh);
        say("  ./parley request orders/place '{\"id\":\"42\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":2}'"
                + mesh);
        settings.hints().forEach(this::say);
        children.stream()
                .filter(child -> child.part().equals("warehouse"))
                .findFirst()
                .ifPresent(child ->
                        say("  kill -9 " + child.pid() + "     # " + child.instance() + "; the other one carries on"));
        if (!settings.isJson()) {
            terminal.print(text.titles());
        }
        return true;
    }

    /** Whether notification listens to all who publish. */
    private boolean isHeard() {
        Map<String, Long> listening = figures.getOrDefault("notification-1", Map.of());
        return listening.getOrDefault("listening.orders", 0L) >= 1
                && listening.getOrDefault("listening.warehouses", 0L) >= WAREHOUSES;
    }

    private boolean play() throws InterruptedException {
        var options = new ArrayList<>(List.of(
                "--over", settings.duration().toMillis() * 9 / 10 + "ms", "--suppliers", String.valueOf(SUPPLIERS)));
        if (settings.orders() != null) {
            options.addAll(List.of("--orders", settings.orders().toString()));
        }
        Child customer = start("customer", CUSTOMER, options);
        // Its duration counts from when the customer begins, which is only just up then.
        if (pumpUntil(OPENING, () -> up.contains(customer) || ended.contains(customer))) {
            pumpUntil(settings.duration(), () -> ended.contains(customer));
        }
        isEnding = !settings.isToStay();
        customer.end();
        pump(ENDING, () -> ended.contains(customer));
        pump(SETTLING, () -> summary().addsUp());
        Summary summary = summary();
        if (settings.isJson()) {
            terminal.print(summary.toJson());
        } else {
            summary.print(terminal);
        }
        if (settings.isToStay() && !stop.isRequested()) {
            say("The shop stays open until Ctrl-C.");
            pumpUntil(Duration.ofDays(365), () -> false);
        }
        return summary.addsUp();
    }

    private Summary summary() {
        return new Summary(figures.getOrDefault(CUSTOMER, Map.of()), ledger, deaths);
    }

    private void end() throws InterruptedException {
        isEnding = true;
        children.forEach(Child::end);
        pump(ENDING, () -> ended.size() == children.size());
        for (Child child : children) {
            if (!child.awaitEnd(Duration.ZERO)) {
                terminal.complain(child.instance() + " did not end by itself");
            }
        }
    }

    private void start(String part, int count) {
        for (int number = 1; number <= count; number++) {
            start(part, part + '-' + number, List.of());
        }
    }

    private Child start(String part, String instance, List<String> options) {
        var all =
                new ArrayList<>(List.of("--mesh", settings.mesh(), "--discovery", settings.discovery(), "--payloads"));
        all.addAll(options);
        Child child = Child.start(settings.parley(), part, instance, all, reports);
        children.add(child);
        stop.onRequest(child::hold);
        return child;
    }

    /** Handles reports until {@code condition} holds; whether it did within {@code limit}, and before a stop. */
    private boolean pumpUntil(Duration limit, BooleanSupplier condition) throws InterruptedException {
        return pump(limit, () -> stop.isRequested() || condition.getAsBoolean()) && !stop.isRequested();
    }

    private boolean pump(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                return false;
            }
            Report report = reports.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            // All that is there at once, so that the condition is not looked at for every line.
            for (; report != null; report = reports.poll()) {
                onReport(report.child(), report.line());
            }
        }
        return true;
    }

    private void onReport(Child child, @Nullable Map<String, Object> line) {
        if (line == null) {
            onEnd(child);
            return;
        }
        if (line.containsKey("up")) {
            up.add(child);
        }
        if (line.get("figures") instanceof Map<?, ?> counts) {
            var read = new HashMap<String, Long>();
            counts.forEach((name, count) ->
                    read.put(String.valueOf(name), count instanceof Number number ? number.longValue() : 0L));
            figures.put(child.instance(), read);
        }
        Flow.from(line).ifPresent(this::onFlow);
    }

    private void onEnd(Child child) {
        ended.add(child);
        boolean isDone = child.part().equals("customer") && child.exitCode() == 0;
        if (!isEnding && !isDone && !stop.isRequested()) {
            String death = child.instance() + " has died (exit code " + child.exitCode() + ")";
            deaths.add(death);
            terminal.complain(death + (up.contains(child) ? "; the others carry on" : ""));
        }
    }

    private void onFlow(Flow flow) {
        ledger.onFlow(flow);
        if (settings.isJson()) {
            terminal.print(flow.toJson());
        } else if (settings.isVerbose() || isOfInterest(flow)) {
            terminal.print(text.line(flow));
        }
    }

    /** Each exchange is shown once: where it ends. What visitors ask is seen only where it is handled. */
    private boolean isOfInterest(Flow flow) {
        if (!FlowText.isOutcome(flow.step()) || flow.step() == FlowStep.DROPPED) {
            return false;
        }
        boolean isQuestion = flow.style().equals("request") || flow.style().equals("survey");
        return !isQuestion || flow.peer().equals(flow.from()) || !isOurs(flow.from());
    }

    private boolean isOurs(String label) {
        return children.stream().anyMatch(child -> label.endsWith('/' + child.instance()));
    }

    /** Says something that is not a result. */
    private void say(String line) {
        if (!settings.isJson()) {
            terminal.print(terminal.paint(line, Ink.BOLD));
        }
    }

    private void removeMesh() {
        Path directory = LocalDirectoryDiscovery.mesh(settings.mesh()).directory();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            terminal.complain("The directory of the mesh could not be removed: " + e);
        }
    }
}
