package io.parley.internal.link;

import io.parley.internal.wire.Control;

/**
 * Finds out whether all that a closing dialler has sent on a link has arrived: by a PING behind it, and its PONG. Confined to the I/O context.
 */
public final class Farewell {

    /** What a farewell's PING and PONG hold. */
    public static final long TOKEN = 0x6661_7265_7765_6c6cL;

    private static final long NOBODY = -1;

    private final SendBuffer outbox;
    /** How many messages have arrived for sure. */
    private long arrived;
    /** How many there were when the other side was asked; less than 0 while it is not. */
    private long askedFor = NOBODY;

    Farewell(SendBuffer outbox) {
        this.outbox = outbox;
    }

    /**
     * Whether the first {@code messages} on the link are known to have arrived. If not, asks for that; called again, it tells what came
     * of it.
     */
    boolean hasArrived(long messages) {
        if (arrived < messages && askedFor == NOBODY) {
            askedFor = messages;
            outbox.add(new Control.Ping(TOKEN));
        }
        return arrived >= messages;
    }

    /** Takes note of the answer, if it is the one that was asked for. */
    void onPong(Control.Pong pong) {
        if (pong.token() == TOKEN && askedFor != NOBODY) {
            arrived = askedFor;
            askedFor = NOBODY;
        }
    }
}
