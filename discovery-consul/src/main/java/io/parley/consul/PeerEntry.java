package io.parley.consul;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.consul.gateway.CatalogEntry;
import io.parley.consul.gateway.Registration;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.transport.AddressFormat;
import io.parley.transport.HostAndPort;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a peer is written into Consul and read from there; {@code docs/consul.md} specifies it. Stateless. */
final class PeerEntry {

    private static final String PROTOCOL = "parley-protocol";
    private static final String INCARNATION = "parley-incarnation";
    private static final String INSTANCE = "parley-instance";
    private static final String ADDRESS = "parley-address";
    private static final String PUBLISH_PORT = "parley-publish-port";
    private static final String PUBLISH_ADDRESS = "parley-publish-address";
    private static final String SINCE = "parley-since";
    private static final String CHANNELS = "parley-channels";
    private static final String KEY = "parley-key-";
    private static final String VALUE = "parley-value-";

    /** Who links to it learns the incarnation. */
    private static final String UNKNOWN = "0".repeat(16);

    /** The only version of Parley's wire protocol there is. */
    private static final String VERSION = "1";

    private static final int MOST_PAIRS = 64;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 512;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,126}");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
    /** What Consul holds as a key, and what is not kept for others. */
    private static final Pattern PLAIN_KEY = Pattern.compile("(?!parley-|consul-)[A-Za-z0-9_-]{1," + LONGEST_KEY + "}");

    private PeerEntry() {}

    /**
     * @param announcer who announces the instance beside others, each with an entry of its own; empty if it does so itself
     * @param addresses splits the address into the host and port that Consul holds; one that it cannot split becomes meta data
     * @throws DiscoveryException if Consul cannot hold {@code instance}, naming what it is that it cannot
     */
    static Registration write(Instance instance, String announcer, ConsulSettings settings, AddressFormat addresses) {
        if (!NAME.matcher(instance.name()).matches()) {
            throw new DiscoveryException("Not an instance name that Consul should carry: \"" + instance.name()
                    + "\" (1 to 127 letters, digits and . _ -, beginning with a letter or digit)");
        }
        String name;
        try {
            name = settings.consulName(instance.service());
        } catch (IllegalArgumentException e) {
            throw new DiscoveryException(String.valueOf(e.getMessage()), e);
        }
        String incarnation = HexFormat.of().toHexDigits(instance.incarnation());
        var meta = new TreeMap<String, String>();
        meta.put(PROTOCOL, VERSION);
        if (instance.incarnation() != 0) {
            meta.put(INCARNATION, incarnation);
        }
        meta.put(INSTANCE, instance.name());
        meta.put(SINCE, instance.since().toString());
        HostAndPort endpoint = addresses.parse(instance.address()).orElse(null);
        if (endpoint == null) {
            meta.put(ADDRESS, require(instance.address(), instance, ADDRESS));
        }
        HostAndPort publish = addresses.parse(instance.publishAddress()).orElse(null);
        if (endpoint != null && publish != null && endpoint.host().equals(publish.host())) {
            meta.put(PUBLISH_PORT, String.valueOf(publish.port()));
        } else if (!instance.publishAddress().isEmpty()) {
            meta.put(PUBLISH_ADDRESS, instance.publishAddress());
        }
        writeChannels(instance.channels(), meta);
        writeMetadata(instance.metadata(), settings.zone(), meta);
        checkLimits(instance, meta);
        return new Registration(
                name + ':' + instance.name() + ':' + incarnation + (announcer.isEmpty() ? "" : ':' + announcer),
                name,
                endpoint == null ? "" : endpoint.host(),
                endpoint == null ? 0 : endpoint.port(),
                settings.tags(),
                meta,
                settings.ttl(),
                settings.removeAfter());
    }

    /**
     * Reads an entry for {@code service}.
     *
     * @param addresses makes an address of the host and port of an entry that has no other
     * @throws IllegalArgumentException if it is not a peer's, or broken, saying why
     */
    static Instance read(CatalogEntry entry, String service, AddressFormat addresses) {
        Map<String, String> meta = entry.meta();
        String version = meta.get(PROTOCOL);
        if (version == null) {
            throw new IllegalArgumentException("it is no peer's: it has no meta data \"" + PROTOCOL + '"');
        }
        if (!version.equals(VERSION)) {
            throw new IllegalArgumentException("its protocol is one that is not known here: \"" + shown(version) + '"');
        }
        String incarnation = meta.getOrDefault(INCARNATION, UNKNOWN);
        if (!HEX.matcher(incarnation).matches()) {
            throw new IllegalArgumentException(
                    '"' + INCARNATION + "\" is not 16 lower-case hexadecimal digits: \"" + shown(incarnation) + '"');
        }
        String name = meta.getOrDefault(INSTANCE, entry.id());
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException('"' + INSTANCE + "\" is no instance's name: \"" + shown(name) + '"');
        }
        String address = meta.get(ADDRESS);
        if (address == null) {
            address = addresses
                    .format(entry.address(), entry.port())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "nothing can be reached at \"" + shown(entry.address()) + "\", port " + entry.port()));
        }
        return new Instance(
                service,
                name,
                HexFormat.fromHexDigitsToLong(incarnation),
                address,
                readPublishAddress(meta, entry.address(), addresses),
                readChannels(meta),
                readSince(meta),
                readMetadata(meta));
    }

    private static void writeChannels(SortedMap<ChannelName, InteractionStyle> channels, Map<String, String> meta) {
        var line = new StringBuilder();
        var lines = new ArrayList<String>();
        channels.forEach((name, style) -> {
            String channel = name + "=" + style.text();
            if (!line.isEmpty() && line.length() + 1 + channel.length() > LONGEST_VALUE) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(channel);
        });
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        for (int i = 0; i < lines.size(); i++) {
            meta.put(i == 0 ? CHANNELS : CHANNELS + '-' + (i + 1), lines.get(i));
        }
    }

    private static SortedMap<ChannelName, InteractionStyle> readChannels(Map<String, String> meta) {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        String line = meta.get(CHANNELS);
        for (int i = 2; line != null && i <= MOST_PAIRS; i++) {
            for (String channel : line.strip().split(" +")) {
                int end = channel.indexOf('=');
                for (InteractionStyle style : InteractionStyle.values()) {
                    if (end >= 0 && style.text().equals(channel.substring(end + 1))) {
                        channels.put(ChannelName.parse(channel.substring(0, end)), style);
                    }
                }
            }
            line = meta.get(CHANNELS + '-' + i);
        }
        return channels;
    }

    /** Keys that Consul can hold stand for themselves; others become values, beside what they stand for. */
    private static void writeMetadata(Map<String, String> metadata, String zone, Map<String, String> meta) {
        var all = new TreeMap<>(metadata);
        if (!zone.isEmpty()) {
            all.putIfAbsent(ConsulSettings.ZONE, zone);
        }
        int odd = 0;
        for (Map.Entry<String, String> each : all.entrySet()) {
            if (PLAIN_KEY.matcher(each.getKey()).matches()) {
                meta.put(each.getKey(), each.getValue());
            } else {
                odd++;
                meta.put(KEY + odd, each.getKey());
                meta.put(VALUE + odd, each.getValue());
            }
        }
    }

    private static Map<String, String> readMetadata(Map<String, String> meta) {
        var metadata = new HashMap<String, String>();
        meta.forEach((key, value) -> {
            if (PLAIN_KEY.matcher(key).matches()) {
                metadata.put(key, value);
            } else if (key.startsWith(KEY)) {
                String paired = meta.get(VALUE + key.substring(KEY.length()));
                if (paired != null) {
                    metadata.put(value, paired);
                }
            }
        });
        return metadata;
    }

    private static String readPublishAddress(Map<String, String> meta, String host, AddressFormat addresses) {
        String port = meta.get(PUBLISH_PORT);
        if (port == null) {
            return meta.getOrDefault(PUBLISH_ADDRESS, "");
        }
        if (!PORT.matcher(port).matches() || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException('"' + PUBLISH_PORT + "\" is no port: \"" + shown(port) + '"');
        }
        return addresses.format(host, Integer.parseInt(port)).orElse("");
    }

    private static Instant readSince(Map<String, String> meta) {
        String since = meta.get(SINCE);
        try {
            return since == null ? Instant.EPOCH : Instant.parse(since);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    '"' + SINCE + "\" is no time: \"" + shown(String.valueOf(since)) + '"', e);
        }
    }

    private static void checkLimits(Instance instance, Map<String, String> meta) {
        if (meta.size() > MOST_PAIRS) {
            throw new DiscoveryException(instance.label() + " would take " + meta.size()
                    + " pairs of meta data with its " + instance.channels().size() + " channels and its own "
                    + instance.metadata().size() + "; Consul holds " + MOST_PAIRS);
        }
        meta.forEach((key, value) -> {
            require(value, instance, key.startsWith(VALUE) ? meta.get(KEY + key.substring(VALUE.length())) : key);
        });
    }

    private static String require(String value, Instance instance, @Nullable String key) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new DiscoveryException("The meta data \"" + key + "\" of " + instance.label() + " is no text");
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_VALUE) {
            throw new DiscoveryException("The meta data \"" + shown(String.valueOf(key)) + "\" of " + instance.label()
                    + " takes " + bytes + " bytes; Consul holds " + LONGEST_VALUE + ": \"" + shown(value) + '"');
        }
        return value;
    }

    /** As much of it as people care to read. */
    static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + '…';
    }

    /** The names under which Consul lists peers, without the prefix, of those in {@code catalog}. */
    static List<String> services(SortedMap<String, List<String>> catalog, String prefix) {
        var services = new ArrayList<String>();
        catalog.forEach((name, tags) -> {
            if (tags.contains(ConsulSettings.TAG) && name.startsWith(prefix)) {
                String service = name.substring(prefix.length());
                try {
                    services.add(ChannelName.requireServiceName(service));
                } catch (IllegalArgumentException e) {
                    // A name that no peer of ours could have: somebody else's.
                }
            }
        });
        return services;
    }
}
