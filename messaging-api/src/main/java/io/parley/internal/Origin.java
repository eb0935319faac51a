package io.parley.internal;

import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import org.jspecify.annotations.Nullable;

/** Where messages came from, as far as their handling needs to know: the way back. Thread-safe. */
interface Origin {

    /** Who sent them, unless they say otherwise. */
    @Nullable
    PeerName sender();

    /**
     * Sends an answer, or a fault.
     *
     * @return false if there is no way back (any more)
     * @throws io.parley.failure.NotSentException if the answer is too large or has fields that cannot be encoded
     */
    boolean answer(WireMessage answer);

    /** Whether it is known that nobody awaits the answer to this question any more. */
    boolean isCancelled(MessageId question);

    /**
     * Since when the time counts that remains to the message which was read now. Called in the I/O context.
     *
     * @param now when that is
     */
    default long countsFrom(Core core, long now) {
        return core.countsFrom(now);
    }

    /**
     * Messages are done with, one way or another: what they took may be granted anew, where there is credit. Each is among them once.
     *
     * @param bytes what their envelopes took
     */
    default void done(int messages, long bytes) {}

    /**
     * One-way messages are done with. Each is among them once, before {@link #done} is called for it.
     *
     * @param numbers theirs, in the order in which they came; the caller goes on to use the object
     */
    default void finished(NumberRanges numbers) {}

    /** Whether so many are of so little account that {@link #done} may be called for them later. */
    default boolean isLittle(int messages, long bytes) {
        return true;
    }
}
