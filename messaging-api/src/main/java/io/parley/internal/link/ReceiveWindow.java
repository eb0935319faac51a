package io.parley.internal.link;

import io.parley.internal.wire.ChunkBudget;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the messages that arrive on one inbound link against the credit that its dialler was granted, and has more granted as they are
 * finished.
 *
 * <p>{@link #done}, {@link #isLittle}, {@link #meansFor} and {@link #cost} are thread-safe, the rest is confined to the I/O context.
 */
final class ReceiveWindow implements CreditWindow.Grantee {

    /** So many bytes may wait for the dialler to read them, whatever its window, before it is granted no more. */
    private static final long UNREAD_ANSWERS = 256 * 1024;

    private final CreditPool pool;
    private final SendBuffer outbox;
    private final FinishedOneWays finished;
    private final CreditUse use = new CreditUse();

    /** Null until the dialler is welcome. */
    private volatile @Nullable CreditWindow credit;

    private long receivedMessages;
    /** Written in the I/O context only. */
    private final AtomicLong receivedBytes = new AtomicLong();

    /**
     * @param pool pays for the credit
     * @param outbox where grants are sent
     * @param finished is announced to the dialler before each grant
     */
    ReceiveWindow(CreditPool pool, SendBuffer outbox, FinishedOneWays finished) {
        this.pool = pool;
        this.outbox = outbox;
        this.finished = finished;
    }

    /**
     * Takes the first credit for the dialler. Called once.
     *
     * @param asks whether the dialler asks for credit that it lacks
     * @return what is granted at first; null if there is no memory for another link
     */
    @Nullable
    LinkLimits open(boolean asks) {
        CreditWindow opened = CreditWindow.open(pool, asks, this);
        credit = opened;
        return opened == null ? null : opened.terms();
    }

    /**
     * Counts messages that arrived.
     *
     * @return false if the dialler had no credit for them; then they are not counted
     */
    boolean take(int messages, long bytes) {
        CreditWindow known = credit;
        long all = receivedBytes.getPlain() + bytes;
        if (known == null || !known.allows(receivedMessages + messages, all)) {
            return false;
        }
        receivedMessages += messages;
        receivedBytes.lazySet(all);
        return true;
    }

    /** Whether the dialler reads its answers. Called with the lock of the window held. */
    @Override
    public boolean isReading(long window) {
        return outbox.backlog() <= Math.max(window, UNREAD_ANSWERS);
    }

    /** Called with the lock of the window held. */
    @Override
    public void grant(Control.Credit more) {
        finished.announce();
        outbox.add(more);
    }

    /** Messages are finished: what they took may be granted anew. */
    void done(int messages, long bytes) {
        CreditWindow known = credit;
        if (known != null) {
            known.done(messages, bytes);
        }
    }

    /** Whether so many are a small part of the window, so that {@link #done} may be called for them later. */
    boolean isLittle(int messages, long bytes) {
        CreditWindow known = credit;
        return known != null && known.isLittle(messages, bytes);
    }

    /** Returns what pays for a message under credit that comes in chunks: its credit, or nothing if it has none. */
    ChunkBudget.Means meansFor(long octets) {
        CreditWindow known = credit;
        return known != null && receivedBytes.getOpaque() + octets <= known.grantedBytes()
                ? ChunkBudget.Means.CREDIT
                : ChunkBudget.Means.NONE;
    }

    /** The dialler cannot send its next message before {@code bytes} are granted in all. */
    void want(long bytes) {
        CreditWindow known = credit;
        if (known != null) {
            known.want(bytes);
        }
    }

    /** Grants what could not be granted while the dialler did not read. */
    void settle() {
        CreditWindow known = credit;
        if (known != null) {
            known.settle();
        }
    }

    /** Grants nothing more: the link is about to end. */
    void lapse() {
        CreditWindow known = credit;
        if (known != null) {
            known.lapse();
        }
    }

    /** Returns the bytes that the credit takes of the pool. */
    long cost() {
        CreditWindow known = credit;
        return known == null ? 0 : known.cost();
    }

    /**
     * Watches how much of the credit is used. Called once per heartbeat interval.
     *
     * @param gathered a number that moves on with each part that comes of a message in chunks
     */
    void onBeat(long gathered) {
        CreditWindow known = credit;
        if (known != null) {
            use.onBeat(known, receivedMessages, receivedBytes.getPlain(), gathered);
        }
    }

    /** Whether others may have the credit: it is hardly used, and the dialler is not the next to be granted more. */
    boolean isReclaimable() {
        CreditWindow known = credit;
        return known != null && use.isReclaimable() && !known.isNextInTurn(receivedBytes.getPlain());
    }

    /** Whether nothing came in the latest heartbeat interval, no part of a message either. */
    boolean isStill() {
        return use.isStill();
    }

    /** Whether all that came is finished. */
    boolean isNothingInHand() {
        CreditWindow known = credit;
        return known == null || known.inHand(receivedMessages) == 0;
    }

    /** The link has ended: gives back the credit, that of unfinished messages once they are finished or time is up. */
    void close() {
        CreditWindow known = credit;
        if (known != null && known.close(receivedMessages, receivedBytes.getPlain())) {
            pool.writeOffLater(known);
        }
    }
}
