package io.parley.internal;

import io.parley.internal.wire.Control;

/**
 * The PONG for a PING of the other side that has said it goes. It is sent behind everything that was accepted for the link before, messages in
 * chunks included, so that the other side knows by it that nothing more comes. Only the latest PING is answered, which bounds what a peer
 * that does not read can make this one hold.
 *
 * <p>Confined to the I/O context.
 */
final class OwedPong {

    private final Outbox outbox;
    private boolean isOwed;
    private long token;

    OwedPong(Outbox outbox) {
        this.outbox = outbox;
    }

    /** The other side asks. It is answered at once if nothing waits for the link. */
    void owe(long token) {
        isOwed = true;
        this.token = token;
        if (outbox.isEmpty()) {
            onDrained();
        }
    }

    /** The link has taken all that can be sent now. */
    void onDrained() {
        if (isOwed && !outbox.hasTransfers()) {
            isOwed = false;
            outbox.add(new Control.Pong(token));
        }
    }
}
