package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.failure.LinkLostException;
import io.parley.failure.PeerClosedException;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** A transport that gives up under a peer: nobody waits for what cannot come any more. In virtual time. */
class TransportFailureTest {

    private final Simulation mesh = new Simulation(8);

    /** Works until it is told to fail; from then on it drops every task. */
    private final class Failing implements Transport {

        private boolean failed;
        private PortListener listener;

        @Override
        public Port open(PortOptions options, PortListener portListener) {
            listener = portListener;
            Port port = InMemoryTransport.on(mesh.network).open(options, portListener);
            return new ForwardingPort(port) {
                @Override
                public void execute(Runnable task) {
                    if (!failed) {
                        super.execute(task);
                    }
                }
            };
        }

        void fail() {
            failed = true;
            listener.onFailure(new IllegalStateException("no more sockets"));
        }
    }

    private static void assertFailed(Class<? extends Throwable> type, CompletableFuture<?> stage) {
        assertThat(stage).isCompletedExceptionally();
        assertThat(Assertions.catchThrowableOfType(CompletionException.class, stage::join))
                .hasCauseInstanceOf(type);
    }

    @Test
    void shouldCloseAndFailAllThatIsAwaited() {
        var ask = PointToPointChannel.of("far/ask", String.class).withReply(String.class);
        mesh.open("far").replyAsync(ask, request -> new CompletableFuture<>());
        var transport = new Failing();
        Peer near = mesh.open(mesh.builder("near").transport(transport));
        mesh.settle();
        var asked = near.requestor(ask).requestAsync("q", Duration.ofMinutes(5));
        var waiting = near.sender(PointToPointChannel.of("nowhere/tell", String.class))
                .sendAsync("w");
        mesh.settle();
        assertThat(asked).isNotDone();
        transport.fail();
        var failureFound = near.closeAsync(Duration.ofMinutes(1))
                .thenApply(nothing -> near.whenClosed().isCompletedExceptionally());
        mesh.run(Duration.ofSeconds(3));
        assertThat(failureFound).isCompletedWithValue(true);
        assertFailed(LinkLostException.class, asked);
        assertFailed(PeerClosedException.class, waiting);
        assertThat(near.closeAsync(Duration.ZERO)).isCompleted();
        assertThat(mesh.errors).anySatisfy(error -> assertThat(error).contains("cannot go on and has closed"));
        assertThat(near.whenClosed()).isCompletedExceptionally();
    }
}
