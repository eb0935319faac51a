package io.parley.console.browser;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.console.json.Json;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A mesh of a test's own peers, and the page that {@code parley observe} serves of it in a process of its own, in a browser. Confined to one
 * thread.
 */
final class ObservedMesh implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path mesh;
    private final List<Process> processes = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final List<Tab> tabs = new ArrayList<>();
    private final Chromium browser;
    private final String address;

    private ObservedMesh(Path mesh) throws IOException, InterruptedException {
        this.mesh = mesh;
        Process page = start(DemoProcess.command("observe", "--port", "0", "--json", "--mesh", mesh.toString()));
        browser = Chromium.shared();
        address = (String) Json.read(firstLine(page)).orElseThrow().get("page");
    }

    /** @param mesh where its peers find each other */
    static ObservedMesh open(Path mesh) throws IOException, InterruptedException {
        return new ObservedMesh(mesh);
    }

    String address() {
        return address;
    }

    Tab openTab() {
        Tab tab = browser.openTab();
        tabs.add(tab);
        return tab;
    }

    /** Closes all pages that were opened. */
    void closeTabs() {
        tabs.forEach(Tab::close);
        tabs.clear();
    }

    /** Opens a peer in this process. */
    Peer open(String service, String instance) {
        return open(builder(service, instance));
    }

    Peer open(PeerBuilder builder) {
        Peer peer = builder.open();
        peers.add(peer);
        return peer;
    }

    PeerBuilder builder(String service, String instance) {
        return Peer.named(service)
                .instance(instance)
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh));
    }

    /** Opens a peer of the shop in a process of its own. */
    Process openProcess(String name, String instance) throws IOException {
        Process process =
                start(DemoProcess.command("peer", name, "--instance", instance, "--json", "--mesh", mesh.toString()));
        firstLine(process);
        return process;
    }

    /** Opens a {@link HoldingPeer} in a process of its own. */
    Process openHolding(String instance) throws IOException {
        return openProcess(HoldingPeer.class, instance);
    }

    /** Runs a program of a test's own in a process, until it says something. */
    Process openProcess(Class<?> main, String instance) throws IOException {
        Process process = start(DemoProcess.commandOf(main.getName(), mesh.toString(), instance));
        firstLine(process);
        return process;
    }

    /** What the program prints that looks at this mesh. */
    String output(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--mesh", mesh.toString()));
        Process process = start(DemoProcess.command(all.toArray(String[]::new)));
        try (InputStream output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    /** Waits for what the process says first, and reads all that follows, as it stops if nobody does. */
    private static String firstLine(Process process) {
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        try {
            String first = lines.readLine();
            if (first == null) {
                throw new IllegalStateException("The process ended before it said anything");
            }
            var reader = new Thread(() -> readAll(lines), "process-reader");
            reader.setDaemon(true);
            reader.start();
            return first;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readAll(BufferedReader lines) {
        try (lines) {
            while (lines.readLine() != null) {
                continue;
            }
        } catch (IOException e) {
            // The process has ended, as by a test that kills it.
        }
    }

    /** Waits until the page is told what all of {@code watched} record, which {@code say} has them do. */
    void awaitWatched(Runnable say, Peer... watched) {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest question =
                HttpRequest.newBuilder(URI.create(address + "api/flows")).build();
        long[] sayAt = {System.nanoTime()};
        Await.until(() -> "flows of " + List.of(watched), LIMIT, () -> {
            // Not so often that what is said fills the page.
            if (System.nanoTime() - sayAt[0] >= 0) {
                sayAt[0] += 500_000_000;
                say.run();
            }
            String flows =
                    http.sendAsync(question, BodyHandlers.ofString()).join().body();
            return Stream.of(watched)
                    .allMatch(peer -> flows.contains("\"peer\":\"" + peer.self().label() + '"'));
        });
    }

    @Override
    public void close() throws IOException {
        closeTabs();
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            process.onExit()
                    .completeOnTimeout(process, LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .thenAccept(Process::destroyForcibly)
                    .join();
        }
    }
}
