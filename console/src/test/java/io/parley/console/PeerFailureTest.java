package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.console.terminal.Stop;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.transport.PortListener;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands whose peer has closed by itself end, and say so. */
class PeerFailureTest {

    @TempDir
    static Path mesh;

    private final Screen screen = new Screen();

    private void check(String... command) throws Exception {
        CompletableFuture<Integer> running = screen.start(command);
        screen.await("\"up\"");
        screen.fail("Peer x/x-1 closed by itself: OutOfMemoryError");
        assertThat(running.get(Screen.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(screen.remarks()).contains("parley: Peer x/x-1 closed by itself: OutOfMemoryError");
    }

    @Test
    void peerEndsWithACodeOfItsOwn() throws Exception {
        check("peer", "warehouse", "--json", "--mesh", mesh.toString());
    }

    @Test
    void routerEndsWithACodeOfItsOwn() throws Exception {
        check("router", "--at", "127.0.0.1:0", "--json", "--mesh", mesh.toString());
    }

    @Test
    void endThatWasAskedForIsNoFailure() throws Exception {
        CompletableFuture<Integer> running = screen.start("peer", "warehouse", "--json", "--mesh", mesh.toString());
        screen.await("\"up\"");
        screen.interrupt();
        screen.fail("Peer x/x-1 closed by itself: too late to matter");
        assertThat(running.get(Screen.LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();
    }

    @Test
    void commandIsStoppedWhenItsPeerClosesByItself() throws Exception {
        var listener = new PortListener[1];
        var transport = InMemoryTransport.create();
        var stop = new Stop();
        Peer peer = MeshCommand.watched(
                Peer.named("fragile")
                        .transport((options, told) -> {
                            listener[0] = told;
                            return transport.open(options, told);
                        })
                        .discovery(InMemoryDiscovery.create())
                        .onError((what, cause) -> {})
                        .open(),
                stop);
        listener[0].onFailure(new IllegalStateException("no more sockets"));
        assertThat(stop.await(Duration.ofSeconds(50))).isTrue();
        assertThat(stop.failure()).contains("closed by itself").contains("no more sockets");
        peer.close();
    }
}
