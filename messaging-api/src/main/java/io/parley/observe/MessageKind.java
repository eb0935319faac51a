package io.parley.observe;

import java.util.Locale;

/** What a message is: plain data, something to be done, or something that happened. Immutable. */
public enum MessageKind {
    DOCUMENT,
    COMMAND,
    EVENT;

    /** The name that tools show, such as {@code command}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
