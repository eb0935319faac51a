package io.parley.discovery;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One running peer as a registry knows it. Immutable.
 *
 * @param service the service it is an instance of
 * @param name the instance's name, unique within the service
 * @param incarnation 64 random bits drawn when the peer opened; 0 if the registry does not know them, and who links to it learns them
 * @param address where it accepts links
 * @param publishAddress where it may be subscribed to; empty if the registry does not know, and who links to it learns it
 * @param channels the channels of its own service that it reads or publishes; empty if the registry does not tell
 * @param since when the peer opened
 * @param metadata whatever else is known, for people and for plug-ins
 */
public record Instance(
        String service,
        String name,
        long incarnation,
        String address,
        String publishAddress,
        SortedMap<ChannelName, InteractionStyle> channels,
        Instant since,
        Map<String, String> metadata) {

    public Instance {
        ChannelName.requireServiceName(service);
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(publishAddress, "publishAddress");
        Objects.requireNonNull(since, "since");
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
        metadata = Map.copyOf(metadata);
    }

    /** The same instance with other channels. */
    public Instance withChannels(Map<ChannelName, InteractionStyle> channels) {
        return new Instance(
                service, name, incarnation, address, publishAddress, new TreeMap<>(channels), since, metadata);
    }

    /** {@code service/name}. */
    public String label() {
        return service + '/' + name;
    }
}
