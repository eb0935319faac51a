package io.parley.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.transport.memory.InMemoryTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeteringTapTest {

    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);

    private MeterRegistry registry = new SimpleMeterRegistry();

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

    @Test
    void timersHaveHistogramsOnlyIfAFilterSaysSo() {
        assertThat(histograms(registry)).isEmpty();

        registry = new SimpleMeterRegistry();
        // tag::histogram[]
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return id.getName().equals("parley.handling")
                        ? DistributionStatisticConfig.builder()
                                .percentilesHistogram(true)
                                .build()
                                .merge(config)
                        : config;
            }
        });
        // end::histogram[]
        assertThat(histograms(registry)).containsExactly("parley.handling");
    }

    /** Which of the timers have one, with the filters that are there already. */
    private static List<String> histograms(MeterRegistry registry) {
        var found = new ArrayList<String>();
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                if (Boolean.TRUE.equals(config.isPercentileHistogram())) {
                    found.add(id.getName());
                }
                return config;
            }
        });
        MeteringTap tap = MeteringTap.of(registry);
        for (FlowStep step : List.of(FlowStep.BEGUN, FlowStep.HANDLED, FlowStep.ANSWERED)) {
            tap.onFlow(flow(step, new ChannelName("orders", "place"), 1));
        }
        assertThat(registry.getMeters()).hasSize(6);
        return found;
    }

    @Test
    void aPeerIsMeteredWithAFewLines() {
        InMemoryTransport transport = InMemoryTransport.create();
        InMemoryDiscovery discovery = InMemoryDiscovery.create();
        // tag::tap[]
        MeteringTap metering = MeteringTap.of(registry); // of MeterRegistry, Prometheus's for instance
        Peer orders = Peer.named("orders")
                .transport(transport)
                .discovery(discovery)
                .flowTap(metering)
                .open();
        // end::tap[]
        try (orders) {
            orders.reply(PLACE, Message::payload);
            assertThat(orders.requestor(PLACE).request("tea")).isEqualTo("tea");
        }
        assertThat(count("answered")).isEqualTo(1);
    }

    private static PeerBuilder builder(String service, InMemoryTransport transport, InMemoryDiscovery discovery) {
        return Peer.named(service).transport(transport).discovery(discovery);
    }

    @Test
    void ofTooManyChannelsTheLastOnesShareTheirMeters() {
        var tap = MeteringTap.of(registry);
        for (int i = 0; i < 3_000; i++) {
            tap.onFlow(flow(FlowStep.SENT, new ChannelName("orders", "c" + i), i));
        }

        assertThat(registry.getMeters()).hasSize(1_001);
        assertThat(registry.get("parley.steps")
                        .tag("channel", "others")
                        .counter()
                        .count())
                .isEqualTo(2_000);
    }

    private static MessageFlow flow(FlowStep step, ChannelName channel, int sequence) {
        return MessageFlow.builder(step, channel, InteractionStyle.ONE_WAY, new MessageId(1, sequence))
                .build();
    }
}
