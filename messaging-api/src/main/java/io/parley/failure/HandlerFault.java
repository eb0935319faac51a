package io.parley.failure;

import java.util.Objects;

/**
 * What a handler throws (or completes its stage with) to tell the caller what was wrong: the code and the message travel and
 * arrive as a {@link FaultedException}. Of any other exception only the fact that the handler failed and the exception's
 * message travel.
 */
public final class HandlerFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    /** @param code a short, stable word that callers may act upon, such as {@code unknown-product}; 1 to 255 bytes in UTF-8 */
    public HandlerFault(String code, String message) {
        super(Objects.requireNonNull(message, "message"));
        this.code = Objects.requireNonNull(code, "code");
    }

    public String code() {
        return code;
    }
}
