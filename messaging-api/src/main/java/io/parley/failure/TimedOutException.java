package io.parley.failure;

/** The deadline passed while the answer was awaited. */
public final class TimedOutException extends UnknownOutcomeException {

    private static final long serialVersionUID = 1L;

    public TimedOutException(String message) {
        super(message);
    }
}
