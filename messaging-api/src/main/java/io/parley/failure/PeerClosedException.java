package io.parley.failure;

/** This peer is closed or closing. */
public final class PeerClosedException extends NotSentException {

    private static final long serialVersionUID = 1L;

    public PeerClosedException(String message) {
        super(message);
    }
}
