package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.samples.shop.ShopPeers;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that know nobody but a router, which is a command too. Over ZeroMQ. */
class RouterCommandTest {

    @TempDir
    static Path mesh;

    private final Screen router = new Screen();
    private final Screen screen = new Screen();
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);
    private String at = "";
    private Peer warehouse = open();

    private static Peer open() {
        Peer peer = Peer.named("warehouse")
                .instance("warehouse-1")
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .open();
        ShopPeers.start("warehouse", peer);
        return peer;
    }

    @BeforeEach
    void startRouter() {
        running =
                router.start("router", "--at", "127.0.0.1:0", "--json", "--guests", "press", "--mesh", mesh.toString());
        router.await("\"up\"");
        Map<?, ?> up = (Map<?, ?>) router.objects().get(0).get("up");
        at = "at=" + up.get("address");
    }

    @AfterEach
    void end() throws Exception {
        router.interrupt();
        assertThat(running.get(Screen.LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();
        warehouse.close();
    }

    @Test
    void messagesArePassedOnAndTold() {
        String order = "{\"order\":\"r-1\",\"customer\":\"Ada\",\"product\":\"mug\",\"quantity\":1}";
        assertThat(screen.run("send", "warehouse/ship", order, "--discovery", at))
                .isZero();
        router.await("\"passedOn\"");
        assertThat(router.objects()).anySatisfy(line -> assertThat(line.get("figures"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("passedOn", 1)
                .containsEntry("refused", 0)
                .containsEntry("links", 1));
    }

    @Test
    void whatGoesWrongIsToldAsWithoutARouter() {
        assertThat(screen.run("request", "warehouse/nothing", "{}", "--discovery", at))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(screen.run("request", "nobody/home", "{}", "--discovery", at))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(screen.remarks()).hasSize(2);
        assertThat(screen.remarks().get(1)).contains("nobody");
    }

    @Test
    void whatAGuestPublishesIsHeardInTheMesh() {
        var news = PublishSubscribeChannel.of("press/news", byte[].class);
        var heard = new CountDownLatch(1);
        warehouse.subscribe(news, event -> heard.countDown());
        Await.until(() -> "an event", Screen.LIMIT, () -> {
            assertThat(screen.run("publish", "press/news", "{}", "--discovery", at))
                    .isZero();
            return heard.getCount() == 0;
        });
        assertThat(screen.remarks()).isEmpty();
    }

    @Test
    void aGuestThatTheRouterDoesNotAnnounceIsTold() {
        Await.until(() -> "a remark rather than " + screen.remarks(), Screen.LIMIT, () -> {
            screen.run("publish", "strangers/news", "{}", "--discovery", at);
            return !screen.remarks().isEmpty();
        });
        assertThat(screen.remarks().get(0))
                .contains("nobody is told that this peer is there", "does not announce others of that service");
    }

    @Test
    void theRouterIsInTheMeshAsAnyPeer() {
        var table = new AtomicReference<>(screen);
        Await.until(() -> "the router is announced", Screen.LIMIT, () -> {
            table.set(new Screen());
            return table.get().run("peers", "router", "--json", "--mesh", mesh.toString()) == 0;
        });
        assertThat(table.get().objects()).singleElement().satisfies(peer -> assertThat(peer)
                .containsEntry("address", at.substring("at=".length())));
    }

    @Test
    void twoOnOnePortAreTold() {
        String place = at.substring("at=tcp://".length());
        assertThat(screen.run("router", "--at", place, "--mesh", mesh.toString()))
                .isEqualTo(ExitCode.REFUSED);
        screen.hasOneRemark("cannot listen at " + place);
    }
}
