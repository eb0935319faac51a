package io.parley.internal.wire;

/** Octets that are not what the protocol says they must be. Made often when under attack, so it carries no stack trace. */
public final class MalformedFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
