package io.parley.internal;

import io.parley.DeadLetter;

/** Passes dead letters to the application's channel for them. Thread-safe. */
final class DeadLetters {

    private final Core core;

    DeadLetters(Core core) {
        this.core = core;
    }

    /** As {@link #add}, of a message whose handler failed: that is a defect at home, which the error handler wants to know of. */
    void addFailed(DeadLetter letter) {
        core.complaints.complain(
                "handler", "The handler of " + letter.channel() + " failed with nobody waiting", letter.cause());
        add(letter);
    }

    void add(DeadLetter letter) {
        core.counters.deadLetters.increment();
        core.flows.tellDeadLetter(letter);
        try {
            core.settings.deadLetters().onDeadLetter(letter);
        } catch (RuntimeException e) {
            e.addSuppressed(letter.cause());
            core.complaints.complain(
                    "dead-letter", "The dead letter channel failed, given one of " + letter.channel(), e);
        }
    }
}
