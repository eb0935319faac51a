package io.parley.discovery.directory;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.codec.jackson.JacksonCodec;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A lease as its file holds it; the components are the JSON object's fields, in this order. What was read may lack any of them.
 * Immutable.
 */
record Lease(
        int parley,
        @Nullable String service,
        @Nullable String instance,
        @Nullable String incarnation,
        @Nullable String address,
        @Nullable String publishAddress,
        @Nullable Map<String, String> channels,
        @Nullable String since,
        long ttlMillis,
        @Nullable Map<String, String> metadata) {

    static final int VERSION = 1;
    static final int MAX_BYTES = 64 * 1024;
    static final long LEAST_TTL_MILLIS = 100;
    static final long GREATEST_TTL_MILLIS = 3_600_000;
    static final String SUFFIX = ".json";

    private static final Codec JSON = JacksonCodec.create();
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern INCARNATION = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern FILE =
            Pattern.compile("([a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)~([A-Za-z0-9][A-Za-z0-9._-]{0,62})\\.json");

    /** @throws DiscoveryException if a lease cannot hold {@code instance} */
    static byte[] write(Instance instance, Duration ttl) {
        if (!INSTANCE.matcher(instance.name()).matches()) {
            throw new DiscoveryException("Not an instance name that a file can carry: \"" + instance.name()
                    + "\" (1 to 63 letters, digits and . _ -)");
        }
        if (instance.address().isEmpty()) {
            throw new DiscoveryException(instance.label() + " has no address to announce");
        }
        var channels = new TreeMap<String, String>();
        instance.channels().forEach((name, style) -> channels.put(name.toString(), style.text()));
        byte[] bytes = JSON.encode(new Lease(
                VERSION,
                instance.service(),
                instance.name(),
                HexFormat.of().toHexDigits(instance.incarnation()),
                instance.address(),
                instance.publishAddress(),
                channels,
                instance.since().toString(),
                ttl.toMillis(),
                new TreeMap<>(instance.metadata())));
        if (bytes.length > MAX_BYTES) {
            throw new DiscoveryException("The lease of " + instance.label() + " would take " + bytes.length
                    + " bytes, more than " + MAX_BYTES);
        }
        return bytes;
    }

    /** @throws IllegalArgumentException if {@code bytes} are no lease that fits {@code fileName}, saying why */
    static Parsed read(byte[] bytes, String fileName) {
        Lease lease;
        try {
            lease = JSON.decode(bytes, 0, bytes.length, Lease.class);
        } catch (CodecException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (lease.parley != VERSION) {
            throw new IllegalArgumentException("version " + lease.parley + " of the format is not known here");
        }
        String service = required(lease.service, "service");
        String name = required(lease.instance, "instance");
        if (!fileName.equals(fileName(service, name))) {
            throw new IllegalArgumentException("it speaks of another instance than its name does");
        }
        String incarnation = required(lease.incarnation, "incarnation");
        if (!INCARNATION.matcher(incarnation).matches()) {
            throw new IllegalArgumentException("\"incarnation\" is not 16 lower-case hexadecimal digits");
        }
        if (lease.ttlMillis < LEAST_TTL_MILLIS || lease.ttlMillis > GREATEST_TTL_MILLIS) {
            throw new IllegalArgumentException(
                    "\"ttlMillis\" is not from " + LEAST_TTL_MILLIS + " to " + GREATEST_TTL_MILLIS);
        }
        try {
            var instance = new Instance(
                    service,
                    name,
                    HexFormat.fromHexDigitsToLong(incarnation),
                    required(lease.address, "address"),
                    lease.publishAddress == null ? "" : lease.publishAddress,
                    channels(lease.channels),
                    Instant.parse(required(lease.since, "since")),
                    lease.metadata == null ? Map.of() : lease.metadata);
            return new Parsed(instance, Duration.ofMillis(lease.ttlMillis));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    e instanceof IllegalArgumentException ? e.getMessage() : "a field is not as it should be", e);
        }
    }

    static String fileName(Instance instance) {
        return fileName(instance.service(), instance.name());
    }

    /** The service that a file of that name is the lease of, or null if it is no lease's name. */
    static @Nullable String serviceOf(String fileName) {
        var matcher = FILE.matcher(fileName);
        return matcher.matches() ? matcher.group(1) : null;
    }

    private static String fileName(String service, String instance) {
        return service + '~' + instance + SUFFIX;
    }

    private static TreeMap<ChannelName, Style> channels(@Nullable Map<String, String> texts) {
        var channels = new TreeMap<ChannelName, Style>();
        if (texts != null) {
            texts.forEach((name, text) -> {
                for (Style style : Style.values()) {
                    if (style.text().equals(text)) {
                        channels.put(ChannelName.parse(name), style);
                    }
                }
            });
        }
        return channels;
    }

    private static String required(@Nullable String value, String field) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("\"" + field + "\" is missing");
        }
        return value;
    }

    /** What a sound lease says. */
    record Parsed(Instance instance, Duration ttl) {}
}
