package io.parley.internal.dispatch;

import io.parley.internal.lane.CreditReturn;
import io.parley.internal.lane.NumberRanges;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import org.jspecify.annotations.Nullable;

/** Where messages came from, as far as their handling needs to know: the way back. Thread-safe. */
public interface ReplyPath extends CreditReturn {

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
    default long countsFrom(PeerContext core, long now) {
        return core.countsFrom(now);
    }

    @Override
    default void done(int messages, long bytes) {}

    @Override
    default void finished(NumberRanges numbers) {}

    @Override
    default boolean isLittle(int messages, long bytes) {
        return true;
    }
}
