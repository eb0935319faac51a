package io.parley.internal.recorder;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is shown of a message's key and headers: so much and no more, and no value whose name is redacted. Immutable. */
final class HeaderFields {

    /** The name by which a message's key is redacted. */
    private static final String KEY = "key";

    private static final int LONGEST_VALUE = 256;
    /** Names and values of all headers together. */
    private static final int MOST_CHARACTERS = 2 * 1024;

    private final Set<String> redacted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final String replacement;

    /**
     * @param redacted names, in upper or lower case
     * @param replacement what is shown in place of their values
     */
    HeaderFields(Set<String> redacted, String replacement) {
        this.redacted.addAll(redacted);
        this.replacement = replacement;
    }

    /** Fields of an object of JSON, {@code key} and {@code headers}; one of them is there at least. */
    String of(@Nullable String key, Map<String, String> headers) {
        var out = new JsonText();
        if (key != null) {
            out.field("key", shown(KEY, key, LONGEST_VALUE));
        }
        if (!headers.isEmpty()) {
            out.name("headers").beginObject();
            write(out, headers);
            out.endObject();
        }
        return out.toString();
    }

    private void write(JsonText out, Map<String, String> headers) {
        int room = MOST_CHARACTERS;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            room -= header.getKey().length();
            if (room <= 0) {
                return;
            }
            String value = shown(header.getKey(), header.getValue(), Math.min(LONGEST_VALUE, room));
            out.field(header.getKey(), value);
            room -= value.length();
        }
    }

    private String shown(String name, String value, int most) {
        if (redacted.contains(name)) {
            return replacement;
        }
        return value.length() <= most ? value : cut(value, most - 1) + '…';
    }

    /** As long as that, or one less where it would be half a character. */
    private static String cut(String value, int length) {
        boolean isHalf = length > 0 && Character.isHighSurrogate(value.charAt(length - 1));
        return value.substring(0, isHalf ? length - 1 : length);
    }
}
