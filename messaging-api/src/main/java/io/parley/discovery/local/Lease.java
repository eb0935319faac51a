package io.parley.discovery.local;

import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A lease as its file holds it. Leases are read and written token by token: to bind them to a class would load a good part of
 * Jackson before the first message. Immutable.
 */
record Lease(Instance instance, Duration ttl) {

    static final int VERSION = 1;
    static final int MAX_BYTES = 64 * 1024;
    static final long LEAST_TTL_MILLIS = 100;
    static final long GREATEST_TTL_MILLIS = 3_600_000;
    static final String SUFFIX = ".json";

    /** How deep a field that is not known here may be nested, and how long a number or a name may be. */
    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(200)
                    .maxNumberLength(1000)
                    .maxNameLength(10_000)
                    .build())
            .build();

    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
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
        if (instance.since().isBefore(EARLIEST) || instance.since().isAfter(LATEST)) {
            throw new DiscoveryException(instance.label() + " opened in a year that has not four digits");
        }
        var bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(instance, ttl, json);
        } catch (JacksonException e) {
            throw new DiscoveryException("The lease of " + instance.label() + " cannot be written as JSON", e);
        }
        if (bytes.size() > MAX_BYTES) {
            throw new DiscoveryException("The lease of " + instance.label() + " would take " + bytes.size()
                    + " bytes, more than " + MAX_BYTES);
        }
        return bytes.toByteArray();
    }

    private static void write(Instance instance, Duration ttl, JsonGenerator json) {
        var channels = new TreeMap<String, String>();
        instance.channels().forEach((name, style) -> channels.put(name.toString(), style.text()));
        json.writeStartObject()
                .writeNumberProperty("parley", VERSION)
                .writeStringProperty("service", instance.service())
                .writeStringProperty("instance", instance.name())
                .writeStringProperty("incarnation", HexFormat.of().toHexDigits(instance.incarnation()))
                .writeStringProperty("address", instance.address())
                .writeStringProperty("publishAddress", instance.publishAddress());
        writeTexts("channels", channels, json);
        json.writeStringProperty("since", instance.since().toString()).writeNumberProperty("ttlMillis", ttl.toMillis());
        writeTexts("metadata", new TreeMap<>(instance.metadata()), json);
        json.writeEndObject();
    }

    private static void writeTexts(String field, Map<String, String> texts, JsonGenerator json) {
        json.writeObjectPropertyStart(field);
        texts.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    /** @throws IllegalArgumentException if {@code bytes} are no lease that fits {@code fileName}, saying why */
    static Lease read(byte[] bytes, String fileName) {
        Lease lease = new LeaseReader().read(bytes);
        if (!fileName.equals(fileName(lease.instance))) {
            throw new IllegalArgumentException("it speaks of another instance than its name does");
        }
        return lease;
    }

    static String fileName(Instance instance) {
        return instance.service() + '~' + instance.name() + SUFFIX;
    }

    /** The service that a file of that name is the lease of, or null if it is no lease's name. */
    static @Nullable String serviceOf(String fileName) {
        var matcher = FILE.matcher(fileName);
        return matcher.matches() ? matcher.group(1) : null;
    }
}
