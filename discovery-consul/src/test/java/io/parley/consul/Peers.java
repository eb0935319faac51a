package io.parley.consul;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Instances to announce. Stateless. */
final class Peers {

    private Peers() {}

    static Instance instance(String service, String name) {
        return instance(service, name, Map.of());
    }

    static Instance instance(String service, String name, Map<String, String> metadata) {
        return new Instance(
                service,
                name,
                (service + name).hashCode() * 0x9E37_79B9_7F4A_7C15L,
                "tcp://127.0.0.1:7001",
                "tcp://127.0.0.1:7002",
                new TreeMap<>(Map.of(new ChannelName(service, "place"), InteractionStyle.REQUEST)),
                Instant.parse("2026-01-02T03:04:05Z"),
                metadata);
    }

    /** The same, as if it had opened again. */
    static Instance again(Instance instance, long incarnation, String since) {
        return new Instance(
                instance.service(),
                instance.name(),
                incarnation,
                instance.address(),
                instance.publishAddress(),
                instance.channels(),
                Instant.parse(since),
                instance.metadata());
    }
}
