package io.parley.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.samples.guide.Shop.OrderPlaced;
import io.parley.samples.guide.Shop.PlaceOrder;
import io.parley.testkit.Await;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** One address instead of a registry. */
class RouterTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Transport transport = InMemoryTransport.create();
    private final Discovery registry = InMemoryDiscovery.create();

    @Test
    void ordersArePlacedThroughARouter() {
        // tag::router[]
        Peer router = Peer.named("router")
                .transport(transport)
                .discovery(registry)
                .forwarding(RouterOptions.defaults())
                .open();
        // end::router[]
        String address = router.self().address();
        // tag::guest[]
        Peer guest = Peer.named("guest")
                .transport(transport)
                .discovery(FixedDiscovery.builder().everyService(address).build())
                .open();
        // end::guest[]
        try (router;
                guest;
                Peer orders = Peer.named("orders")
                        .transport(transport)
                        .discovery(registry)
                        .open()) {
            orders.reply(
                    Shop.PLACE, request -> new OrderPlaced(request.payload().id(), 2450));
            assertThat(guest.requestor(Shop.PLACE).request(new PlaceOrder("42", "Ada", "tea", 2), LIMIT))
                    .isEqualTo(new OrderPlaced("42", 2450));
        }
    }

    @Test
    void whoHasSomethingToOfferIntroducesItself() {
        var heard = new ConcurrentLinkedQueue<String>();
        try (Peer router = Peer.named("router")
                        .transport(transport)
                        .discovery(registry)
                        .forwarding(RouterOptions.defaults().withGuests(Set.of("press")))
                        .open();
                Peer reader = Peer.named("reader")
                        .transport(transport)
                        .discovery(registry)
                        .open()) {
            var subscription = reader.subscribe(NEWS, event -> heard.add(event.payload()));
            String address = router.self().address();
            // tag::introduce[]
            Peer press = Peer.named("press")
                    .transport(transport)
                    .discovery(FixedDiscovery.builder().everyService(address).build())
                    .announceToRouters("router")
                    .open();
            // end::introduce[]
            try (press) {
                var publisher = press.publisher(NEWS);
                Await.until(() -> "the reader has subscribed", LIMIT, () -> subscription.publishers() == 1);
                publisher.publish("extra");
                Await.until(() -> "the news has come", LIMIT, () -> heard.contains("extra"));
            }
        }
    }
}
