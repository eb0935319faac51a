package io.parley.console.registrar;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.console.registrar.YamlReader.Part;
import io.parley.console.terminal.Texts;
import io.parley.discovery.Instance;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of a registrar; {@code docs/guide/discovery.md} shows one. Confined to one thread. */
public final class ConfigReader {

    private static final Duration PING = Duration.ofSeconds(2);
    private static final Duration LEAST_PING = Duration.ofMillis(10);
    private static final Duration MOST_PING = Duration.ofHours(1);
    private static final Duration REMOVE_AFTER = Duration.ofMinutes(10);
    private static final Duration LEAST_REMOVE_AFTER = Duration.ofSeconds(1);
    private static final Duration MOST_REMOVE_AFTER = Duration.ofDays(7);

    private final YamlReader yaml = new YamlReader();
    private final Map<String, String> paths = new HashMap<>();

    private ConfigReader() {}

    /** @throws ConfigException naming all that is wrong with it */
    public static RegistrarConfig read(String text) throws ConfigException {
        return new ConfigReader().config(text);
    }

    private RegistrarConfig config(String text) throws ConfigException {
        var instances = new ArrayList<Instance>();
        Duration ping = PING;
        Duration removeAfter = REMOVE_AFTER;
        Optional<Part> document = yaml.document(text);
        if (document.isPresent()) {
            Map<String, Part> parts = yaml.mapping(document.get(), Set.of("ping", "remove-after", "services"));
            ping = time(parts.get("ping"), PING, LEAST_PING, MOST_PING);
            removeAfter = time(parts.get("remove-after"), REMOVE_AFTER, LEAST_REMOVE_AFTER, MOST_REMOVE_AFTER);
            Part services = parts.get("services");
            if (services == null) {
                yaml.mistake(document.get(), "names no services");
            } else {
                yaml.mapping(services).forEach((service, part) -> service(service, part, instances));
            }
        }
        yaml.requireNone();
        return new RegistrarConfig(ping, removeAfter, instances);
    }

    private void service(String service, Part part, List<Instance> instances) {
        try {
            ChannelName.requireServiceName(service);
        } catch (IllegalArgumentException e) {
            yaml.mistake(part, "is no service: " + e.getMessage());
            return;
        }
        yaml.sequence(part).forEach(each -> instance(service, each).ifPresent(instances::add));
    }

    private Optional<Instance> instance(String service, Part part) {
        Map<String, Part> parts = yaml.mapping(part, Set.of("address", "publish-address", "channels", "metadata"));
        Optional<String> address = address(parts.get("address"));
        Optional<String> publishAddress = address(parts.get("publish-address"));
        SortedMap<ChannelName, InteractionStyle> channels = channels(service, parts.get("channels"));
        Map<String, String> metadata = metadata(parts.get("metadata"));
        if (address.isEmpty()) {
            if (!parts.containsKey("address")) {
                yaml.mistake(part, "has no address");
            }
            return Optional.empty();
        }
        String other = paths.putIfAbsent(address.get(), part.path());
        if (other != null) {
            yaml.mistake(part, "has the address of " + other + ": " + address.get());
        }
        String name =
                ZmqTransport.addresses().parse(address.get()).orElseThrow().toString();
        return Optional.of(new Instance(
                service, name, 0, address.get(), publishAddress.orElse(""), channels, Instant.EPOCH, metadata));
    }

    private Optional<String> address(@Nullable Part part) {
        if (part == null) {
            return Optional.empty();
        }
        return yaml.text(part).flatMap(text -> {
            Optional<String> address = ZmqTransport.readAddress(text);
            if (address.isEmpty()) {
                yaml.mistake(
                        part, "should be an address such as tcp://10.0.0.7:7001, not '" + YamlReader.shown(text) + "'");
            }
            return address;
        });
    }

    private SortedMap<ChannelName, InteractionStyle> channels(String service, @Nullable Part part) {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        if (part != null) {
            yaml.mapping(part).forEach((name, styled) -> {
                Optional<ChannelName> channel = channel(service, name, styled);
                Optional<InteractionStyle> style = style(styled);
                if (channel.isPresent() && style.isPresent()) {
                    channels.put(channel.get(), style.get());
                }
            });
        }
        return channels;
    }

    private Optional<ChannelName> channel(String service, String name, Part part) {
        try {
            ChannelName channel = ChannelName.parse(name);
            if (channel.owner().equals(service)) {
                return Optional.of(channel);
            }
            yaml.mistake(part, "is a channel of " + channel.owner() + ", not of " + service);
        } catch (IllegalArgumentException e) {
            yaml.mistake(part, "is no channel: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Optional<InteractionStyle> style(Part part) {
        return yaml.text(part).flatMap(text -> {
            Optional<InteractionStyle> style = Stream.of(InteractionStyle.values())
                    .filter(each -> each.text().equals(text))
                    .findFirst();
            if (style.isEmpty()) {
                String known = Stream.of(InteractionStyle.values())
                        .map(InteractionStyle::text)
                        .collect(Collectors.joining(", "));
                yaml.mistake(part, "should be one of " + known + ", not '" + YamlReader.shown(text) + "'");
            }
            return style;
        });
    }

    private Map<String, String> metadata(@Nullable Part part) {
        var metadata = new HashMap<String, String>();
        if (part != null) {
            yaml.mapping(part).forEach((key, value) -> yaml.text(value).ifPresent(text -> metadata.put(key, text)));
        }
        return metadata;
    }

    private Duration time(@Nullable Part part, Duration usual, Duration least, Duration most) {
        if (part == null) {
            return usual;
        }
        return yaml.text(part)
                .flatMap(text -> {
                    Optional<Duration> time =
                            Texts.time(text).filter(each -> each.compareTo(least) >= 0 && each.compareTo(most) <= 0);
                    if (time.isEmpty()) {
                        yaml.mistake(
                                part,
                                "should be a time such as 500ms, 2s or 1m, from " + Texts.age(least) + " to "
                                        + Texts.age(most) + ", not '" + YamlReader.shown(text) + "'");
                    }
                    return time;
                })
                .orElse(usual);
    }
}
