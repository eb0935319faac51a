package io.parley.benchmarks.lab;

import io.parley.consul.ConsulDiscovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Consul agent that answers. Immutable.
 *
 * @param description for people
 */
public record ConsulAgent(String url, String description) {

    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 100;
    /** HTTP, gossip of two kinds, and the servers' own. */
    private static final int PORTS = 4;

    /** Sends the agent's output to standard error, and ends the agent when standard input ends. */
    private static final String KEEPER =
            "\"$@\" </dev/null >&2 & agent=$!; while read -r line; do :; done; kill $agent; wait $agent; exit 0";

    /** One that is there already. */
    public static ConsulAgent at(String url) throws InterruptedException {
        var agent = new ConsulAgent(url, "Consul at " + url);
        agent.awaitAnswer();
        return agent;
    }

    /** A fresh one in development mode, on this machine, which {@code scripts/consul} brings. It ends with {@code lab}. */
    public static ConsulAgent start(Lab lab) throws IOException, InterruptedException {
        String binary = run(List.of(script().toString()));
        String version = run(List.of(binary, "version")).lines().findFirst().orElse("Consul");
        List<Integer> ports = freePorts();
        var command = new ArrayList<>(List.of("bash", "-c", KEEPER, "keeper", binary, "agent", "-dev"));
        command.addAll(List.of("-bind", "127.0.0.1", "-client", "127.0.0.1", "-node", "parley-bench"));
        command.addAll(List.of("-http-port", String.valueOf(ports.get(0)), "-dns-port", "-1", "-grpc-port", "-1"));
        command.addAll(List.of("-serf-lan-port", String.valueOf(ports.get(1))));
        command.addAll(List.of("-serf-wan-port", String.valueOf(ports.get(2))));
        command.addAll(List.of("-server-port", String.valueOf(ports.get(3))));
        lab.start("agent", command);
        var agent = new ConsulAgent("http://127.0.0.1:" + ports.get(0), version + ", one agent in development mode");
        agent.awaitAnswer();
        return agent;
    }

    private void awaitAnswer() throws InterruptedException {
        long start = System.nanoTime();
        @Nullable DiscoveryException last = null;
        while (System.nanoTime() - start < OPENING.toNanos()) {
            try (ServiceResolver resolver =
                    ConsulDiscovery.at(url).openResolver(Environment.system(), ZmqTransport.addresses())) {
                resolver.services();
                return;
            } catch (DiscoveryException e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new MeasurementException("There is no Consul: " + (last == null ? url : last.getMessage()));
    }

    /** Runs {@code command} and returns its output. */
    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new MeasurementException(said);
        }
        return said;
    }

    /** In the clone that this program was built in. */
    private static Path script() throws IOException {
        CodeSource source = ConsulAgent.class.getProtectionDomain().getCodeSource();
        try {
            for (Path folder =
                            source == null ? null : Path.of(source.getLocation().toURI());
                    folder != null;
                    folder = folder.getParent()) {
                Path script = folder.resolve("scripts/consul");
                if (Files.isExecutable(script)) {
                    return script;
                }
            }
        } catch (URISyntaxException e) {
            throw new IOException("this program does not know where it is: " + e.getMessage(), e);
        }
        throw new IOException("scripts/consul is not there; start an agent, and name it with --consul");
    }

    private static List<Integer> freePorts() throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < PORTS; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
