package io.parley.failure;

/** The encoded message exceeds what this peer or the receiver accepts. */
public final class TooLargeException extends NotSentException {

    private static final long serialVersionUID = 1L;

    public TooLargeException(String message) {
        super(message);
    }
}
