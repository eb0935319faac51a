package io.parley.failure;

import java.util.Objects;

/**
 * What a handler throws (or completes its stage with) to tell the caller what was wrong: the code and the message travel and
 * arrive as a {@link FaultedException}. Of any other exception only the fact that the handler failed and the exception's
 * message travel.
 */
public final class HandlerFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 255;

    private final String code;

    /**
     * @param code a short, stable word that callers may act upon, such as {@code unknown-product}; 1 to 255 bytes in UTF-8, without
     *     U+0000 and halves of surrogate pairs
     * @throws IllegalArgumentException if {@code code} is not such
     */
    public HandlerFault(String code, String message) {
        super(Objects.requireNonNull(message, "message"));
        if (!isCode(Objects.requireNonNull(code, "code"))) {
            throw new IllegalArgumentException(
                    "The code of a fault takes 1 to 255 bytes in UTF-8, without U+0000; this one has " + code.length()
                            + " characters");
        }
        this.code = code;
    }

    /** Whether {@code text} can be the code of a fault. */
    public static boolean isCode(String text) {
        int octets = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                return false;
            }
            octets += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x1_0000 ? 3 : 4;
            if (octets > LONGEST) {
                return false;
            }
            i += Character.charCount(c);
        }
        return octets > 0;
    }

    public String code() {
        return code;
    }
}
