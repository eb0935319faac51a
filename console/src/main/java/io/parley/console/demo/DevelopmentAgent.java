package io.parley.console.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Consul agent in development mode: it remembers nothing, and ends when its standard input does, so that it never outlives whoever
 * started it. Confined to one thread.
 */
public final class DevelopmentAgent implements AutoCloseable {

    private static final Duration PROBING = Duration.ofSeconds(2);
    private static final Duration ENDING = Duration.ofSeconds(10);
    private static final int DNS_PORT = 8600;
    /** Gossip of two kinds, and the servers' own. */
    private static final int OTHER_PORTS = 3;

    /**
     * The agent is in a process group of its own: Ctrl-C is meant for the demo, whose peers want to say farewell to it. Nothing is
     * read but the end; what the agent wrote goes with it.
     */
    private static final String KEEPER =
            "set -m; trap '' INT; \"$@\" </dev/null & agent=$!; while read -r line; do :; done; kill $agent; wait $agent; rm -f \"$LOG\"";

    private final Process keeper;
    private final Path log;
    private final int dnsPort;

    private DevelopmentAgent(Process keeper, Path log, int dnsPort) {
        this.keeper = keeper;
        this.log = log;
        this.dnsPort = dnsPort;
    }

    /** Whether anybody listens there, Consul or not. */
    public static boolean isAnybodyAt(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) PROBING.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Brings the binary, which may have to be fetched.
     *
     * @param script brings it and prints its path
     * @throws IOException if there is none, saying why
     */
    public static String fetch(Path script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(script.toString())
                .redirectError(Redirect.PIPE)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String path = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        String problem = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(problem);
        }
        return path;
    }

    /**
     * Starts an agent whose HTTP API is at {@code port} of this machine. It takes a moment until it answers.
     *
     * @param consul the binary
     */
    public static DevelopmentAgent start(String consul, int port) throws IOException {
        int dnsPort = isFree(DNS_PORT) ? DNS_PORT : -1;
        List<Integer> others = freePorts();
        var command = new ArrayList<>(List.of("bash", "-c", KEEPER, "keeper"));
        command.addAll(List.of(consul, "agent", "-dev", "-bind", "127.0.0.1", "-client", "127.0.0.1"));
        command.addAll(List.of("-node", "parley-demo", "-http-port", String.valueOf(port)));
        command.addAll(List.of("-dns-port", String.valueOf(dnsPort), "-grpc-port", "-1"));
        command.addAll(List.of("-serf-lan-port", String.valueOf(others.get(0))));
        command.addAll(List.of("-serf-wan-port", String.valueOf(others.get(1))));
        command.addAll(List.of("-server-port", String.valueOf(others.get(2))));
        Path log = Files.createTempFile("parley-consul", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("LOG", log.toString());
        return new DevelopmentAgent(builder.start(), log, dnsPort);
    }

    /** Where its DNS is, or -1 if it has none. */
    public int dnsPort() {
        return dnsPort;
    }

    /** The last error that it wrote, or else the last line, for when it does not do as it should. */
    public String lastWords() {
        String last = "nothing";
        boolean isError = false;
        try {
            for (String line : Files.readAllLines(log)) {
                boolean tellsError = line.contains("[ERROR]");
                if (tellsError || !isError && !line.isBlank()) {
                    last = line.strip();
                    isError |= tellsError;
                }
            }
        } catch (IOException e) {
            return "what cannot be read: " + e;
        }
        return last;
    }

    /** Ends it, and waits for that. */
    @Override
    public void close() {
        try (OutputStream input = keeper.getOutputStream()) {
            input.flush();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!keeper.waitFor(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                keeper.descendants().forEach(ProcessHandle::destroyForcibly);
                keeper.destroyForcibly();
            }
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // It is in the folder for what may go at any time.
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Integer> freePorts() throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < OTHER_PORTS; i++) {
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
