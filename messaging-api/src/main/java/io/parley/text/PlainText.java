package io.parley.text;

/**
 * Makes text from other peers harmless where people read it: on terminals, in logs and in the messages of exceptions.
 *
 * <p>Control characters (C0, DEL and C1, line breaks included), the line separators U+2028 and U+2029, the characters that turn the
 * reading direction (U+202A to U+202E, U+2066 to U+2069) and unpaired surrogates are escaped as in JSON: {@code \n}, {@code \r},
 * {@code \t}, all others as {@code \}{@code u001b}. So the text takes one line, holds nothing that a terminal takes for an order, and within a
 * JSON string means the same as before. Everything else is left alone, backslashes included. Stateless.
 */
public final class PlainText {

    private static final int DELETE = 0x7F;
    private static final int LAST_OF_C1 = 0x9F;

    private PlainText() {}

    /** Returns {@code text} with such characters escaped; the same object if there are none. */
    public static String of(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (isUnsafe(text, i)) {
                return escaped(text, i);
            }
        }
        return text;
    }

    /**
     * Returns what shows {@code cause} in a log: the same object if it and what it was caused by have plain messages, else a stand-in
     * with the same stack traces, whose texts are escaped. Never throws, whatever the methods of {@code cause} do.
     */
    public static Throwable of(Throwable cause) {
        return ShownThrowable.of(cause);
    }

    /** Whether nothing in {@code text} has to be escaped. */
    public static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnsafe(text, i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnsafe(String text, int index) {
        char c = text.charAt(index);
        if (c < DELETE) {
            return c < ' ';
        }
        if (c < 0x2028) {
            return c <= LAST_OF_C1;
        }
        if (Character.isSurrogate(c)) {
            return !isPaired(text, index);
        }
        return c <= 0x202E || (c >= 0x2066 && c <= 0x2069);
    }

    private static boolean isPaired(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }

    private static String escaped(String text, int from) {
        var plain = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isUnsafe(text, i)) {
                plain.append(c);
            } else if (c == '\n') {
                plain.append("\\n");
            } else if (c == '\r') {
                plain.append("\\r");
            } else if (c == '\t') {
                plain.append("\\t");
            } else {
                plain.append(String.format("\\u%04x", (int) c));
            }
        }
        return plain.toString();
    }
}
