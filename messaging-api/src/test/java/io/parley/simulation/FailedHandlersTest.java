package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Subscription;
import io.parley.channel.ChannelName;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.FaultedException;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What is told of the time of handlers that fail. */
class FailedHandlersTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final PointToPointChannel<String> SHIP = PointToPointChannel.of("orders/ship", String.class);
    private static final PublishSubscribeChannel<String> NEWS =
            PublishSubscribeChannel.of("customer/news", String.class);

    private final InMemoryTransport transport = InMemoryTransport.create();
    private final InMemoryDiscovery discovery = InMemoryDiscovery.create();
    private final Map<ChannelName, MessageFlow> faulted = new ConcurrentHashMap<>();

    private PeerBuilder builder(String service) {
        return Peer.named(service)
                .transport(transport)
                .discovery(discovery)
                .onError((what, cause) -> {})
                .onDeadLetter(letter -> {});
    }

    @Test
    void theirTimeIsToldInWhateverStyleTheyWereAsked() throws Exception {
        try (Peer orders = builder("orders")
                        .flowTap(event -> {
                            if (event instanceof MessageFlow flow && flow.step() == FlowStep.FAULTED) {
                                faulted.put(flow.channel(), flow);
                            }
                        })
                        .open();
                Peer customer = builder("customer").open()) {
            orders.reply(PLACE, request -> fail());
            orders.receive(SHIP, message -> fail());
            var publisher = customer.publisher(NEWS);
            Subscription subscription = orders.subscribe(NEWS, event -> fail());
            assertThat(subscription.awaitConnected(Duration.ofSeconds(30))).isTrue();

            try {
                customer.requestor(PLACE).request("tea");
            } catch (FaultedException e) {
                assertThat(e).hasMessageContaining("no stock");
            }
            customer.sender(SHIP).send("tea");
            publisher.publish("tea");
            Await.until("three that failed", () -> faulted.size() == 3);
        }

        assertThat(faulted.values()).allSatisfy(flow -> {
            assertThat(flow.elapsedNanos()).isPositive();
            assertThat(flow.detail()).isEqualTo("no stock");
        });
    }

    private static String fail() {
        throw new IllegalStateException("no stock");
    }
}
