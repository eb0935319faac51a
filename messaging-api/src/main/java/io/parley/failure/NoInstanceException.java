package io.parley.failure;

/** No instance of the service that owns the channel is known or could be reached. */
public final class NoInstanceException extends NotSentException {

    private static final long serialVersionUID = 1L;

    public NoInstanceException(String message) {
        super(message);
    }
}
