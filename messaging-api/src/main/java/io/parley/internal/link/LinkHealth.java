package io.parley.internal.link;

/** Records how an instance answers, over all links to it. Thread-safe. */
public interface LinkHealth {

    /**
     * Records an answer, which may be late or a fault: the instance works.
     *
     * @return whether it was on trial until now
     */
    boolean onAnswered();

    /**
     * Records that an answer did not come in time.
     *
     * @return whether that has happened too often
     */
    boolean onTimedOut();
}
