package io.parley.internal;

import io.parley.internal.wire.WireMessage;

/** Where a message came from, as far as its handling needs to know: the way back. Thread-safe. */
interface Origin {

    /**
     * Sends an answer, or a fault.
     *
     * @return false if there is no way back (any more)
     * @throws io.parley.failure.NotSentException if the answer is too large or has fields that cannot be encoded
     */
    boolean answer(WireMessage answer);

    /** Whether it is known that nobody awaits the answer any more. */
    boolean isCancelled();

    /** The message is done with, one way or another. Called once. */
    void done();
}
