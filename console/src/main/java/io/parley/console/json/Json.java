package io.parley.console.json;

import io.parley.text.PlainText;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/** JSON texts: checked, written and laid out. Immutable. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .characterEscapes(new HarmlessOnTerminals())
                    .build())
            .build();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private Json() {}

    /**
     * Checks that {@code text} is one JSON value.
     *
     * @throws NotJsonException if it is not
     */
    public static void check(String text) {
        var values = new JsonValues(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Integer.MAX_VALUE);
        if (values.next() == null) {
            throw new NotJsonException("the text is empty");
        }
        if (values.next() != null) {
            throw new NotJsonException("there is more than one value");
        }
    }

    /** Whether {@code text} is one JSON value. */
    public static boolean isJson(String text) {
        try {
            check(text);
            return true;
        } catch (NotJsonException e) {
            return false;
        }
    }

    /**
     * An object in one line. Values may be null, texts, numbers, truth values, maps, lists and what {@link #raw} returns.
     */
    public static String write(Map<String, ?> object) {
        return MAPPER.writeValueAsString(object);
    }

    /** {@code text} as a JSON text, quotes included. */
    public static String quote(String text) {
        return MAPPER.writeValueAsString(text);
    }

    /** A JSON text as a value within an object to {@linkplain #write write}; any other text as a text. */
    public static Object raw(String text) {
        return isJson(text) ? new RawValue(compact(text)) : text;
    }

    /** The object in a line of text; empty if there is none. */
    public static Optional<Map<String, Object>> read(String line) {
        try {
            return Optional.ofNullable(MAPPER.readValue(line, OBJECT));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** {@code json} in one line, with its values as they were written. */
    public static String compact(String json) {
        var text = new StringBuilder(json.length());
        boolean isInString = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (isInString && c == '\\') {
                text.append(c).append(json.charAt(++i));
            } else if (isInString || !isSpace(c)) {
                text.append(c);
                isInString ^= c == '"';
            }
        }
        return text.toString();
    }

    /**
     * A payload on one line that is fit to be shown. A JSON text stays one with the same values; of any other text what is not plain is
     * {@linkplain PlainText escaped}.
     */
    public static String onOneLine(String payload) {
        if (PlainText.isPlain(payload)) {
            return payload;
        }
        return PlainText.of(isJson(payload) ? compact(payload) : payload);
    }

    /** {@code json} over several lines, indented, with its values as they were written. */
    public static String pretty(String json) {
        String compact = compact(json);
        var text = new StringBuilder(2 * compact.length());
        boolean isInString = false;
        int depth = 0;
        for (int i = 0; i < compact.length(); i++) {
            char c = compact.charAt(i);
            if (isInString && c == '\\') {
                text.append(c).append(compact.charAt(++i));
                continue;
            }
            isInString ^= c == '"';
            if (isInString) {
                text.append(c);
                continue;
            }
            boolean isEmpty = i + 1 < compact.length() && "]}".indexOf(compact.charAt(i + 1)) >= 0;
            switch (c) {
                case '{', '[' -> {
                    text.append(c);
                    depth++;
                    if (!isEmpty) {
                        newLine(text, depth);
                    }
                }
                case '}', ']' -> {
                    depth--;
                    if (compact.charAt(i - 1) != '{' && compact.charAt(i - 1) != '[') {
                        newLine(text, depth);
                    }
                    text.append(c);
                }
                case ',' -> newLine(text.append(c), depth);
                case ':' -> text.append(": ");
                default -> text.append(c);
            }
        }
        return text.toString();
    }

    private static void newLine(StringBuilder text, int depth) {
        text.append('\n').append("  ".repeat(depth));
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
