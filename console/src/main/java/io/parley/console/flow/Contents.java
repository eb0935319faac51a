package io.parley.console.flow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a peer tells of a message's insides, which is nothing unless it shows payloads. Immutable.
 *
 * @param payload as JSON; null if it was not told
 * @param key empty if there is none, or it was not told
 * @param headers the application's, in their order
 */
public record Contents(@Nullable Object payload, String key, Map<String, String> headers) {

    /** Of a step that tells nothing of them. */
    public static final Contents NONE = new Contents(null, "", Map.of());

    /** What peers show of all headers together, and more: who tells more than that has not kept to it. */
    private static final int MOST_CHARACTERS = 4 * 1024;

    /** Those in the fields of a step. */
    static Contents ofFields(Map<?, ?> flow) {
        Object payload = flow.get("payload");
        String key = flow.get("key") instanceof String text ? cut(text) : "";
        Map<String, String> headers = flow.get("headers") instanceof Map<?, ?> told ? headers(told) : Map.of();
        return payload == null && key.isEmpty() && headers.isEmpty() ? NONE : new Contents(payload, key, headers);
    }

    private static Map<String, String> headers(Map<?, ?> told) {
        var headers = new LinkedHashMap<String, String>();
        int room = MOST_CHARACTERS;
        for (Map.Entry<?, ?> header : told.entrySet()) {
            if (header.getKey() instanceof String name && header.getValue() instanceof String value) {
                room -= name.length() + value.length();
                if (room < 0) {
                    break;
                }
                headers.put(name, value);
            }
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS);
    }

    /** Adds what there is to the fields of a step. */
    void addTo(Map<String, Object> flow) {
        if (!key.isEmpty()) {
            flow.put("key", key);
        }
        if (!headers.isEmpty()) {
            flow.put("headers", headers);
        }
        if (payload != null) {
            flow.put("payload", payload);
        }
    }
}
