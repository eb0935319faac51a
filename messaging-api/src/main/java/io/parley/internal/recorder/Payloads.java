package io.parley.internal.recorder;

import io.parley.message.MessageId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The payloads, keys and headers of the latest recorded messages, for a peer that shows them. What it gives out is JSON in which the values of
 * some fields are replaced. Thread-safe.
 */
public final class Payloads {

    private static final int LARGEST = 16 * 1024;
    private static final int MOST_BYTES = 4 * 1024 * 1024;
    /** About what it takes to find one, which is more than what is found if that is a short header. */
    private static final int ENTRY_BYTES = 128;

    private static final String REDACTED = "…redacted…";

    private final JsonFactory json = new JsonFactory();
    private final Set<String> redacted;
    private final HeaderFields headerFields;
    private final Map<Key, byte[]> kept = new LinkedHashMap<>();
    private long bytes;

    private enum Part {
        PAYLOAD,
        ANSWER,
        HEADERS;

        static Part payload(boolean isAnswer) {
            return isAnswer ? ANSWER : PAYLOAD;
        }
    }

    private record Key(MessageId id, Part part) {}

    /** @param redacted names of fields, wherever they are, and of headers whose values are not shown */
    public Payloads(Set<String> redacted) {
        this.redacted = Set.copyOf(redacted);
        headerFields = new HeaderFields(redacted, REDACTED);
    }

    /** Whether a payload of this size is kept. */
    public static boolean isKept(int length) {
        return length > 0 && length <= LARGEST;
    }

    /** Keeps a message's payload, or that of the answer to it, if it is not too large. */
    public void keep(MessageId id, boolean isAnswer, byte[] octets, int offset, int length) {
        if (!isKept(length)) {
            return;
        }
        keep(new Key(id, Part.payload(isAnswer)), Arrays.copyOfRange(octets, offset, offset + length));
    }

    /** Keeps what is shown of a message's key and of its application's headers, unless that is there already or there is none. */
    public void keepHeaders(MessageId id, @Nullable String key, Map<String, String> headers) {
        if (key == null && headers.isEmpty()) {
            return;
        }
        var place = new Key(id, Part.HEADERS);
        synchronized (kept) {
            if (kept.containsKey(place)) {
                return;
            }
        }
        keep(place, headerFields.of(key, headers).getBytes(StandardCharsets.UTF_8));
    }

    private void keep(Key place, byte[] octets) {
        synchronized (kept) {
            byte[] before = kept.put(place, octets);
            bytes += octets.length - (before == null ? -ENTRY_BYTES : before.length);
            for (Iterator<byte[]> eldest = kept.values().iterator(); bytes > MOST_BYTES; ) {
                bytes -= eldest.next().length + ENTRY_BYTES;
                eldest.remove();
            }
        }
    }

    private byte @Nullable [] kept(MessageId id, Part part) {
        synchronized (kept) {
            return kept.get(new Key(id, part));
        }
    }

    /** A message's key and headers, as fields of an object of JSON; null if they are not there. */
    @Nullable
    String headers(MessageId id) {
        byte[] octets = kept(id, Part.HEADERS);
        return octets == null ? null : new String(octets, StandardCharsets.UTF_8);
    }

    /** A payload as JSON; null if it is not there, or cannot be shown. */
    @Nullable
    String json(MessageId id, boolean isAnswer) {
        byte[] octets = kept(id, Part.payload(isAnswer));
        if (octets == null) {
            return null;
        }
        String shown;
        try {
            shown = redact(octets);
        } catch (JacksonException e) {
            shown = null;
        }
        // In what is no JSON there are no fields to look for.
        return shown != null ? shown : redacted.isEmpty() ? text(octets) : null;
    }

    /** Null if it is not one value. */
    private @Nullable String redact(byte[] octets) {
        int values = 0;
        var out = new java.io.StringWriter(octets.length);
        try (JsonParser in = json.createParser(ObjectReadContext.empty(), octets);
                JsonGenerator to = json.createGenerator(ObjectWriteContext.empty(), out)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                to.copyCurrentEventExact(in);
                if (token == JsonToken.PROPERTY_NAME && redacted.contains(in.currentName())) {
                    in.nextToken();
                    in.skipChildren();
                    to.writeString(REDACTED);
                } else if (in.streamReadContext().inRoot()) {
                    values++;
                }
            }
        }
        return values == 1 ? out.toString() : null;
    }

    private static @Nullable String text(byte[] octets) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return new JsonText().value(text).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
