package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Instance;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.internal.wire.Control;
import io.parley.message.Message;
import io.parley.message.PeerName;
import io.parley.transport.AddressFormat;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Peers of which nothing is known but an address: who they are is learned from them. In virtual time. */
class FixedAddressTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> EVENTS =
            PublishSubscribeChannel.of("orders/events", String.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("orders/poll", String.class).withResponses(String.class);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Simulation mesh = new Simulation(11);
    private final List<Message<String>> heard = new ArrayList<>();

    private Peer orders(String place) {
        Peer peer = mesh.open(mesh.builder("orders")
                .transport(InMemoryTransport.on(mesh.network).at(place)));
        peer.replyAsync(
                PLACE, request -> CompletableFuture.completedFuture(peer.self().name() + " took " + request.payload()));
        return peer;
    }

    private Peer near(String... addresses) {
        FixedDiscovery.Builder fixed = FixedDiscovery.builder();
        for (String address : addresses) {
            fixed.instance("orders", address);
        }
        return mesh.open(mesh.builder("near").discovery(fixed.build()));
    }

    private String ask(Peer near, String question) {
        var asked = near.requestor(PLACE).requestAsync(question, LONG);
        mesh.until(asked::isDone);
        return asked.join();
    }

    @Test
    void shouldBeAskedThereAndSayWhoTheyAre() {
        Peer orders = orders("shop");
        Peer near = near("inmem://shop");
        near.instances("orders");
        mesh.settle();
        assertThat(near.instances("orders")).extracting(Instance::label).containsExactly("orders/shop");
        var asked = near.requestor(PLACE).requestAsync(Message.document("tea"));
        mesh.until(asked::isDone);
        Message<String> answer = asked.join();
        assertThat(answer.payload()).isEqualTo("orders-1 took tea");
        assertThat(answer.headers().sender()).contains(new PeerName("orders", "orders-1"));
        Instance learned = near.instances("orders").iterator().next();
        assertThat(learned.incarnation()).isEqualTo(orders.self().incarnation());
        assertThat(learned.publishAddress()).isEqualTo(orders.self().publishAddress());
        assertThat(mesh.errors).isEmpty();
    }

    @Test
    void shouldBeSubscribedToWhereTheySayOnceTheyHaveSaidIt() {
        Peer orders = orders("shop");
        var publisher = orders.publisher(EVENTS);
        Peer near = near("inmem://shop");
        var subscription = near.subscribe(EVENTS, SubscribeOptions.all(), heard::add);
        mesh.until(() -> subscription.publishers() == 1);
        publisher.publish("sold");
        mesh.until(() -> !heard.isEmpty());
        assertThat(heard.get(0).headers().sender()).contains(new PeerName("orders", "orders-1"));
    }

    @Test
    void shouldGetResponsesToTheirSurveys() {
        Peer orders = orders("shop");
        var surveyor = orders.surveyor(POLL);
        Peer near = near("inmem://shop");
        near.respond(POLL, question -> "yes to " + question.payload());
        mesh.settle();
        var survey = surveyor.survey("tea?", Duration.ofSeconds(5));
        mesh.until(() -> !survey.responses().isEmpty());
        assertThat(survey.responses().get(0).payload()).isEqualTo("yes to tea?");
        assertThat(mesh.errors).isEmpty();
    }

    @Test
    void shouldBeTakenForOthersWhenOthersHaveTheirAddress() {
        Peer first = orders("shop");
        first.publisher(EVENTS);
        Peer near = near("inmem://shop");
        var subscription = near.subscribe(EVENTS, SubscribeOptions.all(), heard::add);
        near.respond(POLL, question -> "yes");
        mesh.until(() -> subscription.publishers() == 1);
        assertThat(ask(near, "tea")).isEqualTo("orders-1 took tea");
        var closed = first.closeAsync(Duration.ofSeconds(1));
        mesh.until(closed::isDone);
        Peer second = orders("shop");
        var publisher = second.publisher(EVENTS);
        var surveyor = second.surveyor(POLL);
        assertThat(ask(near, "milk")).isEqualTo("orders-3 took milk");
        mesh.run(Duration.ofSeconds(2));
        assertThat(subscription.publishers()).isEqualTo(1);
        publisher.publish("sold");
        mesh.until(() -> !heard.isEmpty());
        assertThat(heard.get(0).headers().sender()).contains(new PeerName("orders", "orders-3"));
        var survey = surveyor.survey("tea?", Duration.ofSeconds(5));
        mesh.until(() -> !survey.responses().isEmpty());
        assertThat(near.instances("orders"))
                .extracting(Instance::incarnation)
                .containsExactly(second.self().incarnation());
    }

    @Test
    void shouldServeEveryServiceThatNoInstanceIsNamedOf() {
        orders("shop").publisher(EVENTS);
        PublishSubscribeChannel<String> others = PublishSubscribeChannel.of("billing/events", String.class);
        Peer near = mesh.open(mesh.builder("near")
                .discovery(FixedDiscovery.builder()
                        .everyService("inmem://shop")
                        .instance("press", "inmem://nobody")
                        .build()));
        assertThat(ask(near, "tea")).isEqualTo("orders-1 took tea");
        var orders = near.subscribe(EVENTS, SubscribeOptions.all(), heard::add);
        var billing = near.subscribe(others, SubscribeOptions.all(), heard::add);
        mesh.until(() -> orders.publishers() == 1 && billing.publishers() == 1);
        near.instances("press");
        mesh.settle();
        assertThat(near.instances("press")).extracting(Instance::address).containsExactly("inmem://nobody");
    }

    @Test
    void shouldBeFollowedOnceThoughTheyAreKnownByTwoNames() {
        Peer orders = orders("shop");
        mesh.discovery
                .openRegistry(mesh.environment, AddressFormat.opaque())
                .orElseThrow()
                .announce(unknown("orders", "by-hand", orders.self().address()));
        var publisher = orders.publisher(EVENTS);
        Peer near = mesh.open("near");
        near.instances("orders");
        mesh.settle();
        assertThat(near.instances("orders")).hasSize(2);
        var subscription = near.subscribe(EVENTS, SubscribeOptions.all(), heard::add);
        mesh.settle();
        assertThat(subscription.publishers()).isEqualTo(1);
        assertThat(near.instances("orders"))
                .extracting(Instance::incarnation)
                .containsOnly(orders.self().incarnation());
        publisher.publish("sold");
        mesh.settle();
        assertThat(heard).hasSize(1);
    }

    @Test
    void shouldNotSendSubscribersToOtherHosts() {
        var far = new WirePeer(mesh, "far");
        var liar = new WirePeer(mesh, "orders");
        liar.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                Control.Welcome honest = liar.welcome();
                wire.send(new Control.Welcome(
                        honest.version(), honest.speaker(), honest.terms(), far.port.publishAddress()));
            }
        });
        Peer near = near(liar.port.address());
        var subscription = near.subscribe(EVENTS, SubscribeOptions.all(), heard::add);
        mesh.run(Duration.ofSeconds(5));
        assertThat(near.instances("orders")).extracting(Instance::incarnation).containsExactly(WirePeer.INCARNATION);
        assertThat(subscription.publishers()).isZero();
        assertThat(far.subscribed)
                .extracting(prefix -> new String(prefix, StandardCharsets.UTF_8))
                .isEmpty();
    }

    private static Instance unknown(String service, String name, String address) {
        return new Instance(service, name, 0, address, "", new TreeMap<>(), Instant.EPOCH, Map.of());
    }
}
