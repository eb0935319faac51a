package io.parley.discovery.directory;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.discovery.Instance;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/**
 * The fields of one lease while it is read, which may come in any order. What it says of an error names fields and places, never the
 * content. Confined to the reading thread.
 */
final class LeaseReader {

    private static final Pattern INCARNATION = Pattern.compile("[0-9a-f]{16}");

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> metadata = new HashMap<>();
    private final TreeMap<ChannelName, Style> channels = new TreeMap<>();

    /** @throws IllegalArgumentException if {@code bytes} are no lease, saying why */
    Lease read(byte[] bytes) {
        try (JsonParser json = Lease.JSON.createParser(ObjectReadContext.empty(), bytes)) {
            requireToken(json.nextToken(), JsonToken.START_OBJECT, "the content");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                readField(json.currentName(), json);
            }
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("something follows the lease");
            }
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            throw new IllegalArgumentException(
                    "it is no JSON that can be read here"
                            + (place == null
                                    ? ""
                                    : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ')'),
                    e);
        }
        return lease();
    }

    private void readField(String field, JsonParser json) {
        JsonToken value = json.nextToken();
        switch (field) {
            case "parley", "ttlMillis" -> {
                requireToken(value, JsonToken.VALUE_NUMBER_INT, field);
                numbers.put(field, json.getLongValue());
            }
            case "service", "instance", "incarnation", "address", "since" -> {
                requireToken(value, JsonToken.VALUE_STRING, field);
                texts.put(field, json.getString());
            }
            case "publishAddress" -> {
                if (isThere(value)) {
                    requireToken(value, JsonToken.VALUE_STRING, field);
                    texts.put(field, json.getString());
                }
            }
            case "channels" -> {
                if (isThere(value)) {
                    requireToken(value, JsonToken.START_OBJECT, field);
                    readChannels(json);
                }
            }
            case "metadata" -> {
                if (isThere(value)) {
                    requireToken(value, JsonToken.START_OBJECT, field);
                    readMetadata(json);
                }
            }
            default -> json.skipChildren();
        }
    }

    private void readChannels(JsonParser json) {
        channels.clear();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            requireToken(json.nextToken(), JsonToken.VALUE_STRING, "channels");
            Style style = style(json.getString());
            if (style != null) {
                channels.put(ChannelName.parse(name), style);
            }
        }
    }

    private void readMetadata(JsonParser json) {
        metadata.clear();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            requireToken(json.nextToken(), JsonToken.VALUE_STRING, "metadata");
            metadata.put(name, json.getString());
        }
    }

    private Lease lease() {
        long version = number("parley");
        if (version != Lease.VERSION) {
            throw new IllegalArgumentException("version " + version + " of the format is not known here");
        }
        String incarnation = text("incarnation");
        if (!INCARNATION.matcher(incarnation).matches()) {
            throw new IllegalArgumentException("\"incarnation\" is not 16 lower-case hexadecimal digits");
        }
        long ttlMillis = number("ttlMillis");
        if (ttlMillis < Lease.LEAST_TTL_MILLIS || ttlMillis > Lease.GREATEST_TTL_MILLIS) {
            throw new IllegalArgumentException(
                    "\"ttlMillis\" is not from " + Lease.LEAST_TTL_MILLIS + " to " + Lease.GREATEST_TTL_MILLIS);
        }
        var instance = new Instance(
                text("service"),
                text("instance"),
                HexFormat.fromHexDigitsToLong(incarnation),
                text("address"),
                texts.getOrDefault("publishAddress", ""),
                channels,
                since(),
                metadata);
        return new Lease(instance, Duration.ofMillis(ttlMillis));
    }

    private Instant since() {
        try {
            return Instant.parse(text("since"));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"since\" is no time", e);
        }
    }

    private String text(String field) {
        String text = texts.get(field);
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException("\"" + field + "\" is missing");
        }
        return text;
    }

    private long number(String field) {
        Long number = numbers.get(field);
        if (number == null) {
            throw new IllegalArgumentException("\"" + field + "\" is missing");
        }
        return number;
    }

    private static @Nullable Style style(String text) {
        for (Style style : Style.values()) {
            if (style.text().equals(text)) {
                return style;
            }
        }
        return null;
    }

    private static boolean isThere(@Nullable JsonToken value) {
        return value != JsonToken.VALUE_NULL;
    }

    private static void requireToken(@Nullable JsonToken found, JsonToken wanted, String what) {
        if (found != wanted) {
            throw new IllegalArgumentException('"' + what + "\" is not what it should be");
        }
    }
}
