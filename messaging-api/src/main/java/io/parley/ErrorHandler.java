package io.parley;

/**
 * Is told of failures that are nobody's answer: a listener that threw, a registry that cannot be read, a transport in trouble.
 * Called from any thread; must not block. What it throws is logged.
 */
@FunctionalInterface
public interface ErrorHandler {

    /** @param what a sentence that says what was being done */
    void onError(String what, Throwable cause);
}
