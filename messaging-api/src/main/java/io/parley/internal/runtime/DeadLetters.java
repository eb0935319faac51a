package io.parley.internal.runtime;

import io.parley.DeadLetter;
import io.parley.internal.convert.ThrowableText;
import java.util.function.Consumer;

/** Passes dead letters to the application's channel for them. Thread-safe. */
public final class DeadLetters {

    private final PeerContext core;
    private final Consumer<DeadLetter> channel;

    public DeadLetters(PeerContext core) {
        this.core = core;
        channel = core.config.observation().deadLetters()::onDeadLetter;
    }

    /** As {@link #add}, of a message whose handler failed: that is a defect at home, which the error handler wants to know of. */
    public void addFailed(DeadLetter letter) {
        core.complaints.report(
                "handler", "The handler of " + letter.channel() + " failed with nobody waiting", letter.cause());
        add(letter);
    }

    public void add(DeadLetter letter) {
        core.counters.deadLetters.increment();
        core.flows.recordDeadLetter(letter);
        core.callbacks.accept("dead-letter", "The dead letter channel failed", channel, letter);
    }

    /** A letter's cause is an exception: others are wrapped. */
    public static Exception cause(Throwable failure) {
        return failure instanceof Exception exception
                ? exception
                : new IllegalStateException("The handler failed: " + ThrowableText.describe(failure), failure);
    }
}
