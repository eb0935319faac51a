package io.parley.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.ChannelName;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.Style;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeteringTapTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double count(String step) {
        return registry.get("parley.steps")
                .tag("channel", "orders/place")
                .tag("style", "request")
                .tag("step", step)
                .counter()
                .count();
    }

    @Test
    void whatFlowsThroughPeersIsCountedAndTimed() {
        var transport = InMemoryTransport.create();
        var discovery = InMemoryDiscovery.create();
        var tap = MeteringTap.of(registry);
        try (Peer orders = builder("orders", transport, discovery).flowTap(tap).open();
                Peer customer =
                        builder("customer", transport, discovery).flowTap(tap).open()) {
            orders.reply(PLACE, request -> {
                if (request.payload().isEmpty()) {
                    throw new HandlerFault("no-order", "nothing was ordered");
                }
                return request.payload();
            });
            var placing = customer.requestor(PLACE);
            for (String order : new String[] {"tea", "mug", ""}) {
                try {
                    assertThat(placing.request(order)).isEqualTo(order);
                } catch (FaultedException e) {
                    assertThat(order).isEmpty();
                }
            }
        }

        assertThat(count("sent")).isEqualTo(3);
        assertThat(count("received")).isEqualTo(3);
        assertThat(count("handled")).isEqualTo(2);
        assertThat(count("answered")).isEqualTo(2);
        assertThat(count("faulted")).as("told at both ends").isEqualTo(2);
        for (String timer : new String[] {"handling", "roundtrip"}) {
            Timer timed = registry.get("parley." + timer)
                    .tag("channel", "orders/place")
                    .timer();
            assertThat(timed.count()).isEqualTo(2);
            assertThat(timed.totalTime(TimeUnit.NANOSECONDS)).isPositive();
        }
        assertThat(registry.get("parley.queueing").timer().count()).isEqualTo(3);
    }

    private static PeerBuilder builder(String service, InMemoryTransport transport, InMemoryDiscovery discovery) {
        return Peer.named(service).transport(transport).discovery(discovery);
    }

    @Test
    void ofTooManyChannelsTheLastOnesShareTheirMeters() {
        var tap = MeteringTap.of(registry);
        for (int i = 0; i < 3_000; i++) {
            tap.onFlow(new MessageFlow(
                    FlowStep.SENT,
                    Instant.EPOCH,
                    1,
                    new ChannelName("orders", "c" + i),
                    Style.ONE_WAY,
                    null,
                    "",
                    new MessageId(1, i),
                    "",
                    null,
                    "",
                    "",
                    1,
                    0,
                    0,
                    1,
                    null));
        }

        assertThat(registry.getMeters()).hasSize(1_001);
        assertThat(registry.get("parley.steps")
                        .tag("channel", "others")
                        .counter()
                        .count())
                .isEqualTo(2_000);
    }
}
