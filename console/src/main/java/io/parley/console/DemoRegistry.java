package io.parley.console;

import io.parley.console.demo.DevelopmentAgent;
import io.parley.console.terminal.Stop;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the peers of a demo find each other: in a mesh of the demo's own, or all of a development agent of its own. Confined to one thread.
 */
final class DemoRegistry implements AutoCloseable {

    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 100;
    private static final int CONSUL_PORT = 8500;
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost");

    private final String mesh;
    private final List<String> hints;
    private final @Nullable DevelopmentAgent agent;

    private DemoRegistry(String mesh, List<String> hints, @Nullable DevelopmentAgent agent) {
        this.mesh = mesh;
        this.hints = hints;
        this.agent = agent;
    }

    /** @param say tells people what takes time */
    static DemoRegistry open(DiscoveryChoice choice, Stop stop, Consumer<String> say) throws InterruptedException {
        String own = "demo-"
                + HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());
        if (choice.isFixed()) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "the demo's peers need a registry: local, consul or consul=URL");
        }
        if (!choice.isConsul()) {
            return new DemoRegistry(own, List.of(), null);
        }
        // Sees to the URL being one.
        choice.open(own);
        URI uri = URI.create(choice.url());
        int port = uri.getPort() > 0 ? uri.getPort() : CONSUL_PORT;
        if (!"http".equals(uri.getScheme()) || !THIS_MACHINE.contains(uri.getHost())) {
            requireAnswer(choice);
            return new DemoRegistry(own, List.of(), null);
        }
        if (DevelopmentAgent.isAnybodyAt(uri.getHost(), port)) {
            requireAnswer(choice);
            say.accept("Consul answers at " + choice.url() + "; the names of the shop's services begin with " + own
                    + "- there.");
            return new DemoRegistry(own, List.of(), null);
        }
        say.accept(
                "No Consul answers at " + choice.url()
                        + ": starting a development agent, which ends with the demo (it is fetched first if there is none here)…");
        DevelopmentAgent agent = start(port);
        try {
            awaitAnswer(choice, agent, stop);
        } catch (RuntimeException | InterruptedException e) {
            agent.close();
            throw e;
        }
        var hints = new ArrayList<>(List.of("  " + choice.url() + "/ui     # Consul's own view of the shop"));
        if (agent.dnsPort() > 0) {
            hints.add("  dig @127.0.0.1 -p " + agent.dnsPort() + " orders.service.consul SRV");
        }
        return new DemoRegistry("default", hints, agent);
    }

    String mesh() {
        return mesh;
    }

    /** Further lines of what to try in another terminal. */
    List<String> hints() {
        return hints;
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
    }

    private static DevelopmentAgent start(int port) throws InterruptedException {
        try {
            return DevelopmentAgent.start(DevelopmentAgent.fetch(script()), port);
        } catch (IOException e) {
            throw new CommandException(ExitCode.REFUSED, "no agent could be started: " + e.getMessage());
        }
    }

    /** In the clone that this program was built in. */
    private static Path script() throws IOException {
        CodeSource source = Parley.class.getProtectionDomain().getCodeSource();
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
        throw new IOException("scripts/consul is not there; start one with: consul agent -dev");
    }

    private static void requireAnswer(DiscoveryChoice choice) {
        try (ServiceResolver resolver =
                choice.open("default").openResolver(Environment.system(), ZmqTransport.addresses())) {
            resolver.services();
        } catch (DiscoveryException e) {
            throw new CommandException(ExitCode.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private static void awaitAnswer(DiscoveryChoice choice, DevelopmentAgent agent, Stop stop)
            throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try (ServiceResolver resolver =
                    choice.open("default").openResolver(Environment.system(), ZmqTransport.addresses())) {
                resolver.services();
                return;
            } catch (DiscoveryException e) {
                if (stop.isRequested() || System.nanoTime() - start > OPENING.toNanos()) {
                    throw new CommandException(
                            ExitCode.TIMED_OUT,
                            "the agent did not answer within " + OPENING.toSeconds() + " s: " + e.getMessage()
                                    + " (it says: " + agent.lastWords() + ')');
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
