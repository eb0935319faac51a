package io.parley.failure;

/** The payload or a header could not be encoded. The cause, if any, is the codec's. */
public final class UnencodableException extends NotSentException {

    private static final long serialVersionUID = 1L;

    public UnencodableException(String message) {
        super(message);
    }

    public UnencodableException(String message, Throwable cause) {
        super(message, cause);
    }
}
