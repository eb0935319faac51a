package io.parley.internal.link;

import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.WireMessage;

/** Receives responses to surveys from the links that others have dialled. Called in the I/O context. */
public interface ResponseListener {

    /** @param response a response, or a fault instead */
    void onResponse(PeerId from, WireMessage response);
}
