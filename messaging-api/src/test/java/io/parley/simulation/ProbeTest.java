package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.Probe;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.discovery.Instance;
import io.parley.failure.PeerClosedException;
import io.parley.internal.wire.Control;
import io.parley.message.PeerName;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Instances that are looked after through links of their own. In virtual time. */
class ProbeTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final Simulation mesh = new Simulation(17);
    private final List<Object> told = new ArrayList<>();
    private final Peer near =
            mesh.open(mesh.builder("near").limits(Limits.defaults().withHeartbeat(HEARTBEAT)));

    private final Probe.Listener listener = new Probe.Listener() {
        @Override
        public void onUp(PeerName who, Instance instance) {
            told.add(who);
            told.add(instance);
        }

        @Override
        public void onDown(String reason) {
            told.add(reason);
        }
    };

    private Peer orders() {
        return mesh.open(mesh.builder("orders")
                .registeredByOthers()
                .transport(InMemoryTransport.on(mesh.network).at("shop")));
    }

    /** All that is known is where it is, and what else somebody wrote down. */
    private static Instance known() {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        channels.put(ChannelName.parse("orders/place"), InteractionStyle.REQUEST);
        return new Instance("orders", "shop", 0, "inmem://shop", "", channels, Instant.EPOCH, Map.of("zone", "north"));
    }

    private int answers(Probe probe) {
        var answers = new AtomicInteger();
        probe.ask(answers::incrementAndGet);
        mesh.settle();
        return answers.get();
    }

    @Test
    void shouldTellWhoIsThere() {
        Peer orders = orders();
        near.probe(known(), listener);
        mesh.settle();
        Instance self = orders.self();
        assertThat(told)
                .containsExactly(
                        new PeerName("orders", self.name()),
                        new Instance(
                                "orders",
                                self.name(),
                                self.incarnation(),
                                self.address(),
                                self.publishAddress(),
                                known().channels(),
                                Instant.EPOCH,
                                Map.of("zone", "north")));
        mesh.run(Duration.ofMinutes(10));
        assertThat(told).as("nothing further while all is well").hasSize(2);
        assertThat(near.counters().linksUp()).as("links for messages").isZero();
    }

    @Test
    void shouldTellOnceThatNobodyIsThereAndThenWhoCame() {
        Probe probe = near.probe(known(), listener);
        mesh.run(Duration.ofMinutes(1));
        assertThat(told).singleElement().asString().contains("no WELCOME within");
        assertThat(answers(probe)).isZero();
        Peer orders = orders();
        mesh.run(Duration.ofSeconds(10));
        assertThat(told)
                .element(1)
                .isEqualTo(new PeerName("orders", orders.self().name()));
        assertThat(answers(probe)).isEqualTo(1);
    }

    @Test
    void shouldTellOfABrokenLinkAndOfTheNext() {
        Peer orders = orders();
        Probe probe = near.probe(known(), listener);
        mesh.settle();
        told.clear();
        mesh.sever(near, orders);
        mesh.run(Duration.ofSeconds(10));
        assertThat(told).hasSize(3);
        assertThat(told.get(0)).isEqualTo("The connection was severed");
        assertThat(((Instance) told.get(2)).incarnation())
                .isEqualTo(orders.self().incarnation());
        assertThat(answers(probe)).isEqualTo(1);
    }

    @Test
    void shouldTellOfAPeerThatDoesNotAnswerThoughItsConnectionStands() {
        Peer orders = orders();
        Probe probe = near.probe(known(), listener);
        mesh.run(Duration.ofMinutes(1));
        told.clear();
        mesh.network.partition(near.self().address(), orders.self().address());
        mesh.run(HEARTBEAT.multipliedBy(2));
        assertThat(told).isEmpty();
        mesh.run(HEARTBEAT.multipliedBy(4));
        assertThat(told).containsExactly("no answer to 3 pings");
        assertThat(answers(probe)).isZero();
        mesh.network.heal(near.self().address(), orders.self().address());
        mesh.run(Duration.ofSeconds(10));
        assertThat(told).hasSize(3);
    }

    @Test
    void shouldTellAtOnceOfAPeerThatClosesAndThenOfAnotherInItsPlace() {
        Peer first = orders();
        Probe probe = near.probe(known(), listener);
        mesh.settle();
        told.clear();
        first.replyAsync(
                PointToPointChannel.of("orders/place", String.class).withReply(String.class),
                request -> new CompletableFuture<>());
        var closed = first.closeAsync(Duration.ofSeconds(1));
        mesh.until(closed::isDone);
        mesh.run(Duration.ofSeconds(5));
        assertThat(told).containsExactly("it is closing");
        assertThat(answers(probe)).isZero();
        Peer second = orders();
        mesh.run(Duration.ofSeconds(10));
        assertThat(told).hasSize(3);
        assertThat(((Instance) told.get(2)).incarnation())
                .isEqualTo(second.self().incarnation());
    }

    @Test
    void shouldTellWhyALinkIsRejected() {
        var orders = new WirePeer(mesh, "orders");
        orders.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                wire.send(new Control.Reject(Control.Reject.OVERLOADED, "no more links here"));
            }
        });
        near.probe(
                new Instance("orders", "shop", 0, orders.port.address(), "", new TreeMap<>(), Instant.EPOCH, Map.of()),
                listener);
        mesh.settle();
        assertThat(told).containsExactly("rejected with code 5: no more links here");
    }

    @Test
    void shouldTellNothingMoreOnceItIsClosed() {
        Peer orders = orders();
        Probe probe = near.probe(known(), listener);
        mesh.settle();
        told.clear();
        probe.close();
        probe.close();
        mesh.settle();
        mesh.sever(near, orders);
        mesh.run(Duration.ofSeconds(10));
        assertThat(told).isEmpty();
        assertThat(answers(probe)).isZero();
    }

    @Test
    void shouldEndWithItsPeer() {
        orders();
        near.probe(known(), listener);
        mesh.settle();
        told.clear();
        mesh.closeAll();
        mesh.run(Duration.ofMinutes(1));
        assertThat(told).isEmpty();
        assertThatThrownBy(() -> near.probe(known(), listener)).isInstanceOf(PeerClosedException.class);
    }

    @Test
    void shouldSurviveAListenerThatThrows() {
        Peer orders = orders();
        near.probe(known(), new Probe.Listener() {
            @Override
            public void onUp(PeerName who, Instance instance) {
                told.add(who);
                throw new IllegalStateException("This listener always throws");
            }

            @Override
            public void onDown(String reason) {
                throw new IllegalStateException("This listener always throws");
            }
        });
        mesh.settle();
        mesh.sever(near, orders);
        mesh.run(Duration.ofSeconds(10));
        assertThat(told).hasSize(2);
        assertThat(mesh.errors).contains("The listener of a probe failed");
    }
}
