package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.demo.DevelopmentAgent;
import io.parley.console.json.Json;
import io.parley.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The command line in processes of its own, as a user runs it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ResourceLock("processes")
class ProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Where the meshes of this test are. */
    @TempDir
    Path home;

    private final List<Parleying> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(process -> process.process.destroyForcibly());
    }

    @Test
    void theDemoAddsUpAndLeavesNothingBehind() throws Exception {
        Parleying demo = start("demo", "--for", "8s", "--json");

        assertThat(demo.awaitExit()).as(demo.toString()).isZero();

        Map<?, ?> summary = (Map<?, ?>) demo.objects().stream()
                .filter(line -> line.containsKey("summary"))
                .findFirst()
                .orElseThrow()
                .get("summary");
        assertThat(summary.get("addsUp")).isEqualTo(true);
        int read = (Integer) summary.get("read");
        int placed = (Integer) summary.get("placed");
        assertThat(read).isPositive().isLessThanOrEqualTo(200);
        assertThat(read).isEqualTo(placed + (Integer) summary.get("refused"));
        assertThat(summary.get("shipped")).isEqualTo(placed);
        assertThat((Map<?, ?>) summary.get("shippedBy")).hasSize(2);
        assertThat(demo.objects()).filteredOn(line -> line.containsKey("flow")).hasSizeGreaterThan(placed);
        try (Stream<Path> meshes = Files.list(home)) {
            assertThat(meshes).isEmpty();
        }
    }

    @Test
    void theDemoSumsUpWhenItIsInterruptedAndEndsItsPeers() throws Exception {
        Parleying demo = start("demo");
        demo.await("customer-1/12 ");
        List<ProcessHandle> children = demo.process.descendants().toList();
        assertThat(children).hasSizeGreaterThanOrEqualTo(9);

        // Not by the process itself, which would close its output to us.
        demo.process.toHandle().destroy();

        assertThat(demo.awaitExit()).isIn(130, 143);
        demo.await("It adds up");
        assertThat(children).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void theDemoBringsAConsulOfItsOwnAndTakesItAwayAgain() throws Exception {
        int port = freePort();

        Parleying demo = start("demo", "--for", "4s", "--discovery", "consul=http://127.0.0.1:" + port);
        demo.await("No Consul answers at http://127.0.0.1:" + port);
        demo.await("customer-1/3 ");
        var screen = new Screen();
        assertThat(screen.run("peers", "--discovery", "consul=http://127.0.0.1:" + port, "--json"))
                .isZero();

        // And one by which the page looks on.
        assertThat(screen.objects()).hasSize(10).allSatisfy(peer -> assertThat(peer.get("since"))
                .isNotEqualTo("1970-01-01T00:00:00Z"));
        assertThat(demo.awaitExit()).as(demo.toString()).isZero();
        demo.await("It adds up");
        assertThat(DevelopmentAgent.isAnybodyAt("127.0.0.1", port)).isFalse();
        try (Stream<Path> meshes = Files.list(home)) {
            assertThat(meshes).isEmpty();
        }
    }

    @Test
    void neitherPeersNorConsulOutliveADemoThatIsKilled() throws Exception {
        int port = freePort();
        Parleying demo = start("demo", "--discovery", "consul=http://127.0.0.1:" + port);
        demo.await("customer-1/3 ");
        List<ProcessHandle> children = demo.process.descendants().toList();
        assertThat(children).hasSizeGreaterThan(9);

        demo.process.destroyForcibly();

        Await.until(
                () -> "the end of " + children, LIMIT, () -> children.stream().noneMatch(ProcessHandle::isAlive));
        Await.until(() -> "the end of the agent", LIMIT, () -> !DevelopmentAgent.isAnybodyAt("127.0.0.1", port));
    }

    @Test
    void theDemoCanBeWatchedAndItsOrdersExplained() throws Exception {
        Parleying demo = start("demo", "--for", "30s");
        demo.await("./parley peers --mesh ");
        String mesh = demo.find("\\./parley peers --mesh (\\S+)");
        Parleying watch = start("watch", "--mesh", mesh, "--channel", "orders/place", "--count", "5", "--json");
        Parleying top = start("top", "--mesh", mesh, "--count", "3");
        demo.await("customer-1/12 ");

        Parleying explain = start("explain", "customer-1/3", "--mesh", mesh);

        assertThat(explain.awaitExit()).as(explain.toString()).isZero();
        explain.await("orders/place request command PlaceOrder");
        explain.await("header came-by: phone");
        explain.await("Clocks were taken to be apart");
        assertThat(watch.awaitExit()).as(watch.toString()).isZero();
        assertThat(watch.objects())
                .filteredOn(line -> line.containsKey("flow"))
                .hasSize(5)
                .allSatisfy(line -> assertThat((Map<?, ?>) line.get("flow"))
                        .extracting("channel", "style")
                        .containsExactly("orders/place", "request"));
        assertThat(top.awaitExit()).as(top.toString()).isZero();
        top.await("peers are up");
        top.await("orders/place ");
    }

    @Test
    void aWatchEndsOnCtrlC() throws Exception {
        start("peer", "warehouse", "--json").await("\"up\"");
        Parleying watch = start("watch");
        watch.await("watching 1 peer in ");

        watch.process.toHandle().destroy();

        assertThat(watch.awaitExit()).isIn(130, 143);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void whenOneInstanceIsKilledTheOthersCarryOn() throws Exception {
        start("peer", "orders", "--json").await("\"up\"");
        start("peer", "payment", "--json").await("\"up\"");
        Parleying first = start("peer", "warehouse", "--instance", "first", "--json");
        Parleying second = start("peer", "warehouse", "--instance", "second", "--json");
        String order = "{\"id\":\"%s\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":1}";
        for (int i = 0; !first.hasShipped() || !second.hasShipped(); i++) {
            assertThat(i).as("orders until both warehouses had one").isLessThan(20);
            assertThat(start("request", "orders/place", String.format(order, "before-" + i))
                            .awaitExit())
                    .isZero();
        }

        first.process.destroyForcibly().waitFor();

        Path orders = Files.writeString(
                home.resolve("after.jsonl"),
                String.join(
                        "\n",
                        Stream.iterate(1, i -> i <= 20, i -> i + 1)
                                .map(i -> String.format(order, "after-" + i))
                                .toList()));
        Parleying request = start("request", "orders/place", "--file", orders.toString(), "--json", "-q");
        assertThat(request.awaitExit()).as(request.toString()).isZero();
        second.await("\"shipped\"");
        Await.until(
                () -> "the dead one to be forgotten",
                LIMIT,
                () -> new Screen()
                                        .run(
                                                "peers",
                                                "warehouse",
                                                "--mesh",
                                                home.resolve("test").toString())
                                == 0
                        && warehouses().equals(List.of("second")));
        assertThat(second.process.isAlive()).isTrue();
    }

    private List<String> warehouses() {
        var screen = new Screen();
        screen.run(
                "peers", "warehouse", "--json", "--mesh", home.resolve("test").toString());
        return screen.objects().stream()
                .map(peer -> String.valueOf(peer.get("instance")))
                .toList();
    }

    private Parleying start(String... arguments) throws IOException {
        var command = new ArrayList<>(Parley.ownCommandLine());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PARLEY_HOME", home.toString());
        if (!arguments[0].equals("demo")) {
            builder.environment().put("PARLEY_MESH", home.resolve("test").toString());
        }
        var parleying = new Parleying(builder.redirectInput(Redirect.PIPE).start());
        started.add(parleying);
        return parleying;
    }

    /** A process and what it has written. Thread-safe. */
    private static final class Parleying {

        private final Process process;
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Thread reader;

        Parleying(Process process) {
            this.process = process;
            reader = new Thread(this::read, "reader");
            reader.start();
        }

        private void read() {
            try (var input =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                input.lines().forEach(lines::add);
            } catch (IOException | java.io.UncheckedIOException e) {
                lines.add(e.toString());
            }
        }

        int awaitExit() throws InterruptedException {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(toString())
                    .isTrue();
            reader.join();
            return process.exitValue();
        }

        void await(String text) {
            Await.until(() -> text + " in " + this, LIMIT, () -> lines.stream().anyMatch(line -> line.contains(text)));
        }

        /** What the first group of {@code pattern} is in the first line that has it. */
        String find(String pattern) {
            return lines.stream()
                    .map(Pattern.compile(pattern)::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElseThrow();
        }

        boolean hasShipped() {
            return lines.stream().anyMatch(line -> line.contains("\"shipped\""));
        }

        List<Map<String, Object>> objects() {
            return lines.stream()
                    .map(line -> Json.read(line).orElse(Map.of("text", line)))
                    .toList();
        }

        @Override
        public String toString() {
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        }
    }
}
