package io.parley.internal.link;

import io.parley.internal.wire.Control;
import java.util.ArrayDeque;

/**
 * The PONGs for the PINGs of the other side. Those of one that has said it goes are sent behind everything that was accepted for the link
 * before, messages in chunks included, so that the other side knows by them that nothing more comes. Each PING has its own PONG, as only one
 * of them may be the one by which the other side knows that. All others are answered in their turn, however much waits for the link: the
 * other side learns from the answer what our clock is worth.
 *
 * <p>Confined to the I/O context.
 */
public final class OwedPongs {

    /**
     * So many PINGs wait for their answer, or answers to be sent; PINGs beyond have none, which bounds what a peer that does not read can make
     * this one hold. Of one that goes, the PING that matters comes right behind the word of going, or when nothing else is on its way; others
     * ask again.
     */
    private static final int MOST = 32;

    /** While no more than this waits for the other side to read, PONGs need not be counted. */
    private static final long UNREAD = 64 * 1024;

    private final SendBuffer outbox;
    private final ArrayDeque<Long> tokens = new ArrayDeque<>(0);
    /** How many PONGs were added while much waited, of which the last is in {@link #lastFrame}. */
    private int added;

    private long lastFrame;

    public OwedPongs(SendBuffer outbox) {
        this.outbox = outbox;
    }

    /** The other side asks, which does not go. It is answered in its turn, if no more than {@link #MOST} answers wait. */
    public void answer(long token) {
        if (outbox.backlog() > UNREAD) {
            if (outbox.hasTaken(lastFrame)) {
                added = 0;
            }
            if (added == MOST) {
                return;
            }
            added++;
            outbox.add(new Control.Pong(token));
            lastFrame = outbox.lastFrame();
        } else {
            outbox.add(new Control.Pong(token));
        }
    }

    /** The other side asks, which goes. It is answered at once if nothing waits for the link. */
    public void owe(long token) {
        if (tokens.size() < MOST) {
            tokens.add(token);
        }
        if (outbox.isEmpty()) {
            onDrained();
        }
    }

    /** The link has taken all that can be sent now. */
    public void onDrained() {
        if (!tokens.isEmpty() && !outbox.hasTransfers()) {
            tokens.forEach(token -> outbox.add(new Control.Pong(token)));
            tokens.clear();
        }
    }
}
