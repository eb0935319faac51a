package io.parley.codec;

import io.parley.text.PlainText;

/** A payload could not be encoded, or bytes could not be decoded. The message may be shown to the other side, and is made {@linkplain PlainText harmless}. */
public final class CodecException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(PlainText.of(message));
    }

    public CodecException(String message, Throwable cause) {
        super(PlainText.of(message), cause);
    }
}
