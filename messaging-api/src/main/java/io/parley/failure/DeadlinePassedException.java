package io.parley.failure;

/** The deadline passed before the message could be sent. */
public final class DeadlinePassedException extends NotSentException {

    private static final long serialVersionUID = 1L;

    public DeadlinePassedException(String message) {
        super(message);
    }
}
