package io.parley.failure;

/** Every instance that could take the message has all that it granted us in hand, or our own queue for it is full. */
public final class OverloadedException extends NotSentException {

    private static final long serialVersionUID = 1L;

    public OverloadedException(String message) {
        super(message);
    }
}
