package io.parley;

/**
 * Is told of failures that are nobody's answer: a listener that threw, a registry that cannot be read, a transport in trouble.
 * Called from any thread; must not block. What it throws is logged.
 */
@FunctionalInterface
public interface ErrorHandler {

    /**
     * Is told of one failure.
     *
     * @param what a sentence that says what was being done; where it quotes another peer, that is made harmless for logs
     * @param cause what was thrown. The messages of exceptions that are not Parley's may quote anything;
     *     {@link io.parley.text.PlainText#of(Throwable)} makes them fit for a log
     */
    void onError(String what, Throwable cause);
}
