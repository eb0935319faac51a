package io.parley.internal.link;

import io.parley.message.MessageId;

/** Observes the links that others have dialled. Called in the I/O context. */
public interface DiallerListener {

    /** The dialler does not await the answer to this request any more. */
    void onCancelled(InboundLink link, MessageId request);

    /** The dialler will close the link soon. */
    void onDiallerLeaves(InboundLink link);

    /** The link has ended. */
    void onDiallerGone(InboundLink link);
}
