package io.parley.internal.recorder;

import java.nio.charset.StandardCharsets;

/** Writes JSON, one value after the other; it does not check that they make sense. Confined to one thread. */
public final class JsonText {

    private final StringBuilder text = new StringBuilder(512);
    private boolean isFirst = true;

    public JsonText beginObject() {
        separate();
        text.append('{');
        isFirst = true;
        return this;
    }

    public JsonText endObject() {
        text.append('}');
        isFirst = false;
        return this;
    }

    public JsonText beginArray() {
        separate();
        text.append('[');
        isFirst = true;
        return this;
    }

    public JsonText endArray() {
        text.append(']');
        isFirst = false;
        return this;
    }

    /** A field's name; its value follows. */
    public JsonText name(String name) {
        separate();
        quote(name);
        text.append(':');
        isFirst = true;
        return this;
    }

    public JsonText value(String value) {
        separate();
        quote(value);
        return this;
    }

    /** A value that is JSON already. */
    public JsonText raw(String json) {
        separate();
        text.append(json);
        return this;
    }

    public JsonText field(String name, String value) {
        return name(name).value(value);
    }

    public JsonText field(String name, long value) {
        name(name);
        text.append(value);
        isFirst = false;
        return this;
    }

    public JsonText field(String name, boolean value) {
        name(name);
        text.append(value);
        isFirst = false;
        return this;
    }

    /** How long the text is so far. */
    public int length() {
        return text.length();
    }

    public byte[] toBytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void separate() {
        if (!isFirst) {
            text.append(',');
        }
        isFirst = false;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c) && !isPaired(value, i)) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean isPaired(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }
}
