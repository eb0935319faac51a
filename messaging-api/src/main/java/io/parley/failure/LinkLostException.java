package io.parley.failure;

/** The link to the receiver broke, or this peer was closed, while the answer was awaited. */
public final class LinkLostException extends UnknownOutcomeException {

    private static final long serialVersionUID = 1L;

    public LinkLostException(String message) {
        super(message);
    }
}
