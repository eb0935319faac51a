package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.failure.FaultCode;
import io.parley.internal.wire.WireMessage;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Peers whose discovery resolves services but cannot announce. In virtual time. */
class ReadOnlyDiscoveryTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final FixedDiscovery READ_ONLY =
            FixedDiscovery.builder().everyService("inmem://r1").build();

    private final Simulation mesh = new Simulation(12);

    @Test
    void peerIsNotAnnouncedAndServesThoseThatKnowItsAddress() {
        Peer orders = mesh.open(mesh.builder("orders")
                .transport(InMemoryTransport.on(mesh.network).at("shop"))
                .discovery(READ_ONLY));
        orders.replyAsync(PLACE, request -> CompletableFuture.completedFuture("took " + request.payload()));
        Peer reader = mesh.open("reader");
        reader.instances("orders");
        Peer near = mesh.open(mesh.builder("near")
                .discovery(FixedDiscovery.builder()
                        .instance("orders", "inmem://shop")
                        .build()));
        var asked = near.requestor(PLACE).requestAsync("tea", Duration.ofMinutes(1));
        mesh.until(asked::isDone);
        assertThat(asked.join()).isEqualTo("took tea");
        mesh.run(Duration.ofSeconds(5));
        assertThat(reader.instances("orders")).isEmpty();
        assertThat(mesh.errors).isEmpty();
        var closed = orders.closeAsync(Duration.ofSeconds(1));
        mesh.until(() -> closed.toCompletableFuture().isDone());
        assertThat(mesh.errors).isEmpty();
    }

    @Test
    void routerRefusesToAnnounceGuests() {
        Peer router = mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at("r1"))
                .discovery(FixedDiscovery.builder().build())
                .forwarding(RouterOptions.defaults().withGuests(Set.of("press"))));
        var guest = new WirePeer(mesh, "press");
        WirePeer.Wire wire = guest.dial(router.self().address()).sayHello();
        mesh.settle();
        wire.send(guest.oneWay("router/guests", "inmem://a inmem://b press/news=publish"));
        mesh.settle();
        assertThat(wire.said(WireMessage.class))
                .extracting(WireMessage::fault)
                .containsExactly(FaultCode.INVALID_PAYLOAD.wireValue());
        assertThat(wire.down).isFalse();
    }
}
