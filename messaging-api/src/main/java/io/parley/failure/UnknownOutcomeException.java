package io.parley.failure;

/** The message was sent, and what became of it is not known. Retry only what is idempotent. */
public abstract sealed class UnknownOutcomeException extends MessagingException
        permits TimedOutException, LinkLostException, UndecodableReplyException {

    private static final long serialVersionUID = 1L;

    UnknownOutcomeException(String message) {
        super(message);
    }

    UnknownOutcomeException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public final Outcome outcome() {
        return Outcome.UNKNOWN;
    }
}
