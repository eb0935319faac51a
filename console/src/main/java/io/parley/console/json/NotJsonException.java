package io.parley.console.json;

/** A text is not JSON. Its message says in one line where and why. */
public final class NotJsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotJsonException(String message) {
        super(message);
    }
}
