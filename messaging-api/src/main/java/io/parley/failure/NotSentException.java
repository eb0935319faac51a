package io.parley.failure;

/** Nobody saw the message. Retry is safe. */
public abstract sealed class NotSentException extends MessagingException
        permits NoInstanceException,
                OverloadedException,
                TooLargeException,
                UnencodableException,
                DeadlinePassedException,
                PeerClosedException {

    private static final long serialVersionUID = 1L;

    NotSentException(String message) {
        super(message);
    }

    NotSentException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public final Outcome outcome() {
        return Outcome.NOT_SENT;
    }
}
