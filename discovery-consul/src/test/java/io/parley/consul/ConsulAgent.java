package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A real agent in development mode, on free ports of its own. Without a folder for data it remembers nothing when it is started
 * again. Thread-safe, though only one thread at a time should end and start it.
 */
final class ConsulAgent implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TRIES = 3;
    /** HTTP, DNS, two kinds of gossip, and the servers' own. */
    private static final int PORTS = 5;

    private static final int LEAST_PORT = 15_000;
    private static final int GREATEST_PORT = 32_000;

    private final Path folder;
    private final List<String> options;
    private final String token;
    private List<Integer> ports = List.of();
    private Process process;

    private ConsulAgent(Path folder, List<String> options, String token) {
        this.folder = folder;
        this.options = options;
        this.token = token;
    }

    static ConsulAgent start(String... options) {
        return started("", options);
    }

    /** With a configuration by which only {@code token} may do everything. */
    static ConsulAgent startWithAcl(String token) {
        return started(
                token,
                "-hcl",
                "acl { enabled = true  default_policy = \"deny\"  tokens { master = \"" + token + "\"  agent = \""
                        + token + "\" } }");
    }

    private static ConsulAgent started(String token, String... options) {
        try {
            var agent = new ConsulAgent(Files.createTempDirectory("parley-consul"), List.of(options), token);
            for (int i = 1; ; i++) {
                agent.ports = freePorts();
                try {
                    agent.restart();
                    return agent;
                } catch (AssertionError e) {
                    // Somebody else may have taken one of the ports meanwhile.
                    if (i == TRIES) {
                        agent.close();
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The binary that {@code scripts/consul} brings. */
    static String binary() {
        try {
            Process script = new ProcessBuilder(root().resolve("scripts/consul").toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (script.waitFor() != 0) {
                throw new AssertionError("These tests need a real Consul. " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The root of the project. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("scripts/consul"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    String url() {
        return "http://127.0.0.1:" + httpPort();
    }

    int httpPort() {
        return ports.get(0);
    }

    int dnsPort() {
        return ports.get(1);
    }

    /** Starts it again where it was, with nothing in its memory. Waits until it knows itself. */
    void restart() {
        launch();
        Await.until(() -> "an agent that is ready; it says:\n" + log(), LIMIT, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("The agent has ended by itself:\n" + log());
            }
            return isReady();
        });
    }

    /** As {@link #restart}, without waiting. */
    void launch() {
        var command = new ArrayList<>(List.of(binary(), "agent", "-dev", "-bind", "127.0.0.1", "-client", "127.0.0.1"));
        command.addAll(List.of("-node", "node"));
        command.addAll(List.of("-http-port", "" + ports.get(0), "-dns-port", "" + ports.get(1)));
        command.addAll(List.of("-serf-lan-port", "" + ports.get(2), "-serf-wan-port", "" + ports.get(3)));
        command.addAll(List.of("-server-port", "" + ports.get(4), "-grpc-port", "-1"));
        command.addAll(options);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(folder.resolve("log").toFile()))
                    .start();
            // Should the tests end before their end.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The agent does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops it in whatever it does, as if the machine gave it no time; it keeps all it has, and still accepts connections. */
    void freeze() {
        signal("-STOP");
    }

    /** Lets it go on. */
    void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            int status = new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new AssertionError("kill " + signal + " failed with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The body of what it answers, or the status if that is not 200. */
    String get(String path) throws IOException {
        return ask("GET", path, "");
    }

    String put(String path, String body) throws IOException {
        return ask("PUT", path, body);
    }

    /** Runs Consul's own command line against it. */
    String run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(binary()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CONSUL_HTTP_ADDR", url());
        Process run = builder.start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (run.waitFor() != 0) {
            throw new AssertionError(said);
        }
        return said;
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        try {
            return get("/v1/health/service/consul?passing").contains("\"ServiceID\"")
                    || get("/v1/health/service/consul?passing").contains("\"ID\"");
        } catch (IOException e) {
            return false;
        }
    }

    private String ask(String method, String path, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create(url() + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(10_000);
        if (!token.isEmpty()) {
            connection.setRequestProperty("X-Consul-Token", token);
        }
        if (method.equals("PUT")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        if (connection.getResponseCode() != 200) {
            return "status " + connection.getResponseCode();
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /**
     * None of those that systems give to connections, as one of them may be given away while the agent is not running, and is needed
     * when it starts again.
     */
    private static List<Integer> freePorts() {
        var ports = new ArrayList<Integer>();
        for (int tries = 0; ports.size() < PORTS && tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LEAST_PORT, GREATEST_PORT);
            if (!ports.contains(port) && isFree(port)) {
                ports.add(port);
            }
        }
        assertThat(ports).hasSize(PORTS);
        return ports;
    }

    /** For TCP and for UDP. */
    private static boolean isFree(int port) {
        try (var tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                var udp = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            return tcp.isBound() && udp.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
