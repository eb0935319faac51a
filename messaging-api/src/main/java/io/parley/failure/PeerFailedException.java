package io.parley.failure;

/**
 * A peer closed by itself, as it could not go on: its transport failed, or there was no memory for what it had to do. The cause says why.
 * {@link io.parley.Peer#whenClosed} completes with it.
 */
public final class PeerFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PeerFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
