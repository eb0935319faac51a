package io.parley.internal.link;

import io.parley.internal.wire.WireMessage;

/**
 * Sees to what became of other peers' messages that this peer sent on for them. A peer that is no router has none. Confined to the I/O
 * context.
 */
public interface ForeignAnswers {

    /** Sees to an answer that no endpoint here awaits; false if it is nobody's. */
    boolean onAnswer(OutboundLink link, WireMessage answer);

    /** Sees to a message that never went out on a link that has ended; false if it is this peer's own. */
    boolean onUnsent(OutboundLink link, WireMessage message, String reason);

    /** Sees to another peer's one-way message on a link that ended before it was known to be finished. */
    void onUnfinished(OutboundLink link, WireMessage message, String reason);

    /** The link has ended: no more answers come on it. */
    void onLinkEnded(OutboundLink link, String reason);
}
