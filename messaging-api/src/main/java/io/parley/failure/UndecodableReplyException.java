package io.parley.failure;

/** The receiver answered, but the answer is not what the channel says it would be. */
public final class UndecodableReplyException extends UnknownOutcomeException {

    private static final long serialVersionUID = 1L;

    public UndecodableReplyException(String message, Throwable cause) {
        super(message, cause);
    }
}
