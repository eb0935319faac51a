package io.parley.internal;

import io.parley.internal.wire.Control;
import java.util.ArrayDeque;

/**
 * The PONGs for the PINGs of the other side that has said it goes. They are sent behind everything that was accepted for the link before,
 * messages in chunks included, so that the other side knows by them that nothing more comes. Each PING has its own PONG, as only one of them
 * may be the one by which the other side knows that.
 *
 * <p>Confined to the I/O context.
 */
final class OwedPongs {

    /**
     * So many PINGs wait for their answer; those beyond have none, which bounds what a peer that does not read can make this one hold. The PING
     * that matters comes right behind the word of going, or when nothing else is on its way.
     */
    private static final int MOST = 32;

    private final Outbox outbox;
    private final ArrayDeque<Long> tokens = new ArrayDeque<>(0);

    OwedPongs(Outbox outbox) {
        this.outbox = outbox;
    }

    /** The other side asks. It is answered at once if nothing waits for the link. */
    void owe(long token) {
        if (tokens.size() < MOST) {
            tokens.add(token);
        }
        if (outbox.isEmpty()) {
            onDrained();
        }
    }

    /** The link has taken all that can be sent now. */
    void onDrained() {
        if (!tokens.isEmpty() && !outbox.hasTransfers()) {
            tokens.forEach(token -> outbox.add(new Control.Pong(token)));
            tokens.clear();
        }
    }
}
