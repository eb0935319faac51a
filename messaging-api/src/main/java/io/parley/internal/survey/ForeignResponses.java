package io.parley.internal.survey;

import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.WireMessage;

/** Handles responses to surveys of other peers. Called in the I/O context. */
public interface ForeignResponses {

    /** For peers that are no routers. */
    ForeignResponses NONE = (from, response) -> false;

    /** Handles a response, or a fault instead of one; returns false if its survey is not known. */
    boolean onResponse(PeerId from, WireMessage response);
}
