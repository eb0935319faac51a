package io.parley.internal;

import io.parley.channel.Style;
import io.parley.internal.wire.Control.Speaker;
import io.parley.internal.wire.Head;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * What a peer does with what arrives and is neither for it nor an answer to something of its own: nothing, unless it is a router. It
 * is asked only once that is clear. Confined to the I/O context.
 */
interface Elsewhere extends DiallerListener, ForeignAnswers {

    /** For peers that are no routers. */
    Elsewhere NOWHERE = new Elsewhere() {};

    /** Where a message goes on whose channel has no handler here; null if nowhere. */
    default @Nullable Destination destination(Head head, Style style) {
        return null;
    }

    @Override
    default boolean onAnswer(OutboundLink link, WireMessage answer) {
        return false;
    }

    /** Sees to a response to a survey that was not made here; false if it is nobody's. */
    default boolean onResponse(Speaker from, WireMessage response) {
        return false;
    }

    @Override
    default boolean onUnsent(OutboundLink link, WireMessage message, String reason) {
        return false;
    }

    @Override
    default void onUnfinished(OutboundLink link, WireMessage message, String reason) {}

    @Override
    default void onLinkEnded(OutboundLink link, String reason) {}

    @Override
    default void onCancelled(InboundLink link, MessageId request) {}

    @Override
    default void onDiallerLeaves(InboundLink link) {}

    @Override
    default void onDiallerGone(InboundLink link) {}

    /** Sees to a subscription; false if it is to something of this peer's own. */
    default boolean onSubscribed(byte[] prefix) {
        return false;
    }

    /** Sees to the end of a subscription; false if it was to something of this peer's own. */
    default boolean onUnsubscribed(byte[] prefix) {
        return false;
    }

    /** Gives up what is overdue; answers whether anything is left that has a deadline to watch. */
    default boolean sweep(long now) {
        return false;
    }

    /** Once per heartbeat interval. */
    default void onBeat() {}
}
