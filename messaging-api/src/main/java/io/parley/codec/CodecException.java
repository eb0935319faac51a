package io.parley.codec;

/** A payload could not be encoded, or bytes could not be decoded. The message may be shown to the other side. */
public final class CodecException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }

    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
