package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that register nothing, and a registrar that puts them into a mesh of this machine. */
class RegistrarTest {

    private static final RequestChannel<byte[], byte[]> ECHO =
            PointToPointChannel.of("orders/echo", byte[].class).withReply(byte[].class);
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path mesh;

    @TempDir
    Path folder;

    private final Screen registrar = new Screen();
    private final List<Peer> peers = new ArrayList<>();

    @AfterEach
    void end() {
        registrar.interrupt();
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
    }

    private Peer unregistered(String service, int port) {
        Peer peer = Peer.named(service)
                .transport(ZmqTransport.builder().port(port).build())
                .discovery(FixedDiscovery.builder().build())
                .registeredByOthers()
                .open();
        peers.add(peer);
        if (service.equals("orders")) {
            peer.reply(ECHO, question -> question.payload());
        }
        return peer;
    }

    private static int port(Peer peer) {
        return URI.create(peer.self().address()).getPort();
    }

    private Path config(String text) throws IOException {
        Path file = folder.resolve("services.yaml");
        // At once, so that nobody reads the half of it.
        Path whole = Files.writeString(folder.resolve("services.new"), text);
        return Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path services(int... ports) throws IOException {
        var text = new StringBuilder("ping: 200ms\nremove-after: 3s\nservices:\n  orders:\n");
        for (int port : ports) {
            text.append("    - address: tcp://127.0.0.1:").append(port).append('\n');
        }
        return config(text.toString());
    }

    private CompletableFuture<Integer> start(Path config, String... more) {
        var arguments = new ArrayList<>(List.of("registrar", "--config", config.toString(), "--mesh", mesh.toString()));
        arguments.addAll(List.of(more));
        return registrar.start(arguments.toArray(String[]::new));
    }

    private List<Object> listed() {
        var screen = new Screen();
        screen.run("peers", "--json", "--mesh", mesh.toString());
        return screen.objects().stream().map(peer -> peer.get("instance")).toList();
    }

    private void awaitListed(Peer... expected) {
        List<String> names = List.of(expected).stream()
                .map(peer -> peer.self().name())
                .sorted()
                .toList();
        Await.until(
                () -> names + " to be listed, not " + listed(),
                LIMIT,
                () -> listed().stream().map(String::valueOf).sorted().toList().equals(names));
    }

    @Test
    void aPeerIsRegisteredAsLongAsItAnswersAndAgainWhenItIsBack() throws Exception {
        Peer orders = unregistered("orders", 0);
        int port = port(orders);
        assertThat(listed()).isEmpty();

        var ended = start(services(port));
        registrar.await("answers: registered");
        awaitListed(orders);
        assertThat(new Screen().run("request", "orders/echo", "{}", "--mesh", mesh.toString()))
                .isZero();

        orders.close(Duration.ofSeconds(1));
        registrar.await("does not answer (it is closing): critical");
        awaitListed();
        registrar.await("has not answered for too long: removed");

        Peer again = unregistered("orders", port);
        awaitListed(again);
        assertThat(new Screen().run("request", "orders/echo", "{}", "--mesh", mesh.toString()))
                .isZero();

        registrar.interrupt();
        assertThat(ended.get(30, TimeUnit.SECONDS)).isZero();
        awaitListed();
        assertThat(registrar.remarks())
                .singleElement()
                .asString()
                .startsWith("Looking after 1 instance of 1 service in ");
    }

    @Test
    void aChangedFileIsReadAgainAndAWrongOneIsNot() throws Exception {
        Peer first = unregistered("orders", 0);
        Peer second = unregistered("orders", 0);
        start(services(port(first)));
        awaitListed(first);

        services(port(first), port(second));
        awaitListed(first, second);

        config("services: { orders: [ { adress: x } ] }");
        registrar.await("line 1: services.orders[0].adress is not known here");
        awaitListed(first, second);

        services(port(second));
        awaitListed(second);
    }

    @Test
    void aPeerOfAnotherServiceIsNotRegistered() throws Exception {
        Peer billing = unregistered("billing", 0);
        start(services(port(billing)), "--json");
        Await.until(() -> "a report", LIMIT, () -> !registrar.lines().isEmpty());
        assertThat(registrar.objects()).singleElement().satisfies(report -> assertThat(report)
                .containsEntry("service", "orders")
                .containsEntry("address", "tcp://127.0.0.1:" + port(billing))
                .containsEntry("state", "refused")
                .containsEntry(
                        "why", "it calls itself " + billing.self().label() + ", which is no instance of orders"));
        assertThat(listed()).isEmpty();
    }

    @Test
    void aPeerThatIsNotThereYetIsAwaited() throws Exception {
        int port;
        try (Peer before = unregistered("orders", 0)) {
            port = port(before);
        }
        start(services(port));
        registrar.await("does not answer yet (no WELCOME within");
        assertThat(listed()).isEmpty();
        awaitListed(unregistered("orders", port));
    }

    @Test
    void everyMistakeInTheFileIsToldAndNothingBegun() throws IOException {
        Path wrong = config("ping: 1\nservices:\n  orders:\n    - address: here\n");
        assertThat(registrar.run("registrar", "--config", wrong.toString(), "--mesh", mesh.toString()))
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(registrar.lines()).isEmpty();
        assertThat(registrar.remarks())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains(wrong + ", line 1: ping should be"))
                .anySatisfy(line -> assertThat(line).contains(wrong + ", line 4: services.orders[0].address"));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(registrar.run("registrar", "--config", "/no/such/file")).isEqualTo(ExitCode.WRONG_USAGE);
        registrar.hasOneRemark("cannot read /no/such/file: there is no such file");
    }
}
