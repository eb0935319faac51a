package io.parley;

/**
 * Takes messages that failed with nobody waiting: a one-way message or an event whose handler threw or that could not be
 * decoded, and a one-way message that its receiver refused. Called from any thread; must not block.
 */
@FunctionalInterface
public interface DeadLetterChannel {

    void onDeadLetter(DeadLetter letter);
}
