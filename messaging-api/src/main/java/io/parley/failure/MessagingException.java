package io.parley.failure;

import io.parley.text.PlainText;

/**
 * An exchange failed. {@link #outcome()} answers the caller's one question, may I retry; there is one direct subclass for
 * each answer, and below it one for each reason that a caller may want to tell apart.
 *
 * <p>Its message may quote the other side, and is made {@linkplain PlainText harmless} for that.
 */
public abstract sealed class MessagingException extends RuntimeException
        permits NotSentException,
                RefusedException,
                FaultedException,
                UnknownOutcomeException,
                InterruptedCallException {

    private static final long serialVersionUID = 1L;

    MessagingException(String message) {
        super(PlainText.of(message));
    }

    MessagingException(String message, Throwable cause) {
        super(PlainText.of(message), cause);
    }

    public abstract Outcome outcome();
}
