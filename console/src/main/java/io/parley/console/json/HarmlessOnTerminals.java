package io.parley.console.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/**
 * Has those characters escaped as well that JSON takes as they are and a terminal takes for orders: DEL, C1, and those that have what follows
 * them read in another direction, as well as line separators. Stateless.
 */
final class HarmlessOnTerminals extends CharacterEscapes {

    private static final long serialVersionUID = 1L;

    private static final int DELETE = 0x7F;
    private static final int LAST_OF_C1 = 0x9F;

    private final int[] ascii = standardAsciiEscapesForJSON();

    HarmlessOnTerminals() {
        ascii[DELETE] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ascii.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        boolean isOrder = character >= DELETE && character <= LAST_OF_C1
                || character >= 0x2028 && character <= 0x202E
                || character >= 0x2066 && character <= 0x2069;
        return isOrder ? new SerializedString(String.format("\\u%04x", character)) : null;
    }
}
