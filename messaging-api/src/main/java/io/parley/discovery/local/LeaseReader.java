package io.parley.discovery.local;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
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
    private static final Pattern SINCE =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?Z");

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> metadata = new HashMap<>();
    private final TreeMap<ChannelName, InteractionStyle> channels = new TreeMap<>();

    /** @throws IllegalArgumentException if {@code bytes} are no lease, saying why */
    Lease read(byte[] bytes) {
        try (JsonParser json = Lease.JSON.createParser(ObjectReadContext.empty(), text(bytes))) {
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

    /** Strictly, and without the guesses that a JSON parser makes about bytes. */
    private static String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.startsWith("\ufeff")) {
                throw new IllegalArgumentException("it begins with a byte order mark");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8", e);
        }
    }

    /** However it is written: 60000, 6e4 and 60000.0 are the same number in JSON. */
    private static long wholeNumber(@Nullable JsonToken value, String field, JsonParser json) {
        if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
            try {
                return json.getDecimalValue().longValueExact();
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException('"' + field + "\" is no whole number that can be", e);
            }
        }
        throw new IllegalArgumentException('"' + field + "\" is not what it should be");
    }

    private void readField(String field, JsonParser json) {
        JsonToken value = json.nextToken();
        switch (field) {
            case "parley", "ttlMillis" -> numbers.put(field, wholeNumber(value, field, json));
            case "service", "instance", "incarnation", "address", "publishAddress", "since" -> {
                requireToken(value, JsonToken.VALUE_STRING, field);
                texts.put(field, json.getString());
            }
            case "channels" -> {
                requireToken(value, JsonToken.START_OBJECT, field);
                readChannels(json);
            }
            case "metadata" -> {
                requireToken(value, JsonToken.START_OBJECT, field);
                readMetadata(json);
            }
            default -> json.skipChildren();
        }
    }

    private void readChannels(JsonParser json) {
        channels.clear();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            requireToken(json.nextToken(), JsonToken.VALUE_STRING, "channels");
            InteractionStyle style = style(json.getString());
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
        String text = text("since");
        if (!SINCE.matcher(text).matches()) {
            throw new IllegalArgumentException("\"since\" is no time in UTC, such as 2026-01-02T03:04:05Z");
        }
        try {
            return Instant.parse(text);
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

    private static @Nullable InteractionStyle style(String text) {
        for (InteractionStyle style : InteractionStyle.values()) {
            if (style.text().equals(text)) {
                return style;
            }
        }
        return null;
    }

    private static void requireToken(@Nullable JsonToken found, JsonToken wanted, String what) {
        if (found != wanted) {
            throw new IllegalArgumentException('"' + what + "\" is not what it should be");
        }
    }
}
