package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.demo.DevelopmentAgent;
import io.parley.testkit.Await;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A registrar, a peer that registers nothing, and a real Consul, in processes of their own. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@ResourceLock("processes")
class RegistrarIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private DevelopmentAgent agent;
    private String url;

    @BeforeEach
    void startConsul() throws IOException, InterruptedException {
        int port = freePort();
        url = "http://127.0.0.1:" + port;
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("scripts/consul"))) {
            root = root.getParent();
        }
        agent = DevelopmentAgent.start(DevelopmentAgent.fetch(root.resolve("scripts/consul")), port);
        Await.until(() -> "Consul; it says " + agent.lastWords(), LIMIT, () -> asked("/v1/status/leader")
                .contains(":"));
    }

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
        agent.close();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process start(String... arguments) {
        var command = new ArrayList<>(Parley.ownCommandLine());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(folder.resolve("said").toFile()));
        builder.environment().put("PARLEY_DISCOVERY", "consul=" + url);
        builder.environment().remove("PARLEY_MESH");
        try {
            Process process = builder.start();
            started.add(process);
            return process;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Process startWarehouse(int port) {
        return start("peer", "warehouse", "--port", "" + port, "--instance", "w-1", "--registered-by-others");
    }

    private String asked(String path) {
        try {
            var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            connection.setConnectTimeout(5_000);
            connection.setReadTimeout(10_000);
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String health() {
        return asked("/v1/health/service/warehouse");
    }

    private void await(String what, Predicate<String> health) {
        Await.until(
                () -> what + "; Consul has " + health() + ", and they say\n" + said(),
                LIMIT,
                () -> health.test(health()));
    }

    private static boolean isPassing(String health) {
        return health.contains("\"parley-instance\": \"w-1\"") && !health.contains("\"Status\": \"critical\"");
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aPeerThatIsKilledIsCriticalThenRemovedAndPassesAgainWhenItIsBack() throws Exception {
        int port = freePort();
        Path config = Files.writeString(folder.resolve("services.yaml"), """
                ping: 500ms
                remove-after: 8s
                services:
                  warehouse:
                    - address: tcp://127.0.0.1:%d
                      channels: { warehouse/ship: one-way }
                      metadata: { zone: north }
                """.formatted(port));
        Process warehouse = startWarehouse(port);
        Process registrar = start("registrar", "--config", config.toString());

        await("a peer that passes", RegistrarIT::isPassing);
        assertThat(health())
                .contains(
                        "\"zone\": \"north\"", "\"parley-channels\": \"warehouse/ship=one-way\"", "\"Port\": " + port);
        var peers = new Screen();
        assertThat(peers.run("peers", "--json", "--discovery", "consul=" + url)).isZero();
        assertThat(peers.objects()).singleElement().satisfies(peer -> assertThat(peer)
                .containsEntry("instance", "w-1")
                .containsEntry("address", "tcp://127.0.0.1:" + port));

        warehouse.destroyForcibly();
        await("a critical peer", health -> health.contains("\"w-1\"") && health.contains("\"Status\": \"critical\""));
        await("no peer", health -> !health.contains("w-1"));

        startWarehouse(port);
        await("a peer that passes again", RegistrarIT::isPassing);

        // Not by the process itself, which would close its output to us.
        registrar.toHandle().destroy();
        assertThat(registrar.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(registrar.exitValue()).isIn(130, 143);
        await("no peer", health -> !health.contains("w-1"));
        assertThat(said()).contains("answers: registered", ": critical", "has not answered for too long: removed");
    }

    @Test
    void aPeerWhoseRegistrarIsKilledIsCriticalOnceThereAreNoSignsOfLife() throws Exception {
        int port = freePort();
        Path config = Files.writeString(
                folder.resolve("services.yaml"),
                "services: { warehouse: [ { address: 127.0.0.1:%d } ] }".formatted(port));
        startWarehouse(port);
        Process registrar = start("registrar", "--config", config.toString());
        await("a peer that passes", RegistrarIT::isPassing);

        registrar.destroyForcibly();

        await("a critical peer", health -> health.contains("\"Status\": \"critical\""));
        start("registrar", "--config", config.toString());
        await("a peer that passes again", RegistrarIT::isPassing);
    }
}
