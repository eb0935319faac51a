package io.parley.internal.link;

import io.parley.internal.runtime.Memory;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The credit that one dialler has: how many messages, and octets of them, it may have in hand here. What is in the window is paid for,
 * whether it has been used or not; as grants are totals that never fall, the window shrinks by not granting anew what is finished.
 *
 * <p>Thread-safe.
 */
final class CreditWindow implements CreditPool.Window {

    /** 24 bits for messages, of which there are a million at most in a window, and 40 for their bytes. */
    private static final long ONE_MESSAGE = 1L << 40;

    private static final long BYTES = ONE_MESSAGE - 1;

    /** Less than one of so many parts of the window is little. */
    private static final int PARTS = 128;

    private final CreditPool pool;
    private final LinkLimits least;
    private final boolean asks;
    private final Grantee grantee;

    /** What was finished since the last grant: messages in the upper bits, their bytes in the lower ones. */
    private final AtomicLong finished = new AtomicLong();

    /** The window. These and all that follows change under this object's lock only. */
    private volatile long messages;

    private volatile long bytes;
    private volatile long grantedMessages;
    private volatile long grantedBytes;
    /** From so many finished ones on there is a new grant. */
    private volatile long dueMessages;

    private volatile long dueBytes;
    private volatile boolean isClosed;
    /** Whether the other side has asked for more than is granted. */
    private volatile boolean isWanting;
    /** Whether the link is about to end, in order: nothing more is granted. */
    private volatile boolean isLapsing;
    /** All that was finished. */
    private long doneMessages;

    private long doneBytes;
    /** The total for which the other side has asked. */
    private long wanted;
    /** After the end: what is in hand and still paid for. */
    private long restMessages;

    private long restBytes;
    private boolean isLinkPaid = true;

    /** Who is granted credit. Called with the window's lock held. */
    interface Grantee {

        /** Whether the other side reads what it gets: who does not listen shall not go on asking. */
        boolean isReading(long window);

        void grant(Control.Credit credit);
    }

    /** @param least below this the window does not shrink */
    private CreditWindow(CreditPool pool, LinkLimits least, boolean asks, Grantee grantee, long messages, long bytes) {
        this.pool = pool;
        this.least = least;
        this.asks = asks;
        this.grantee = grantee;
        this.messages = messages;
        this.bytes = bytes;
        grantedMessages = messages;
        grantedBytes = bytes;
        settleThresholds();
    }

    /**
     * Opens a window for a newcomer.
     *
     * @param asks whether the other side asks for credit that it lacks
     * @return null if there is no room for another link
     */
    static @Nullable CreditWindow open(CreditPool pool, boolean asks, Grantee grantee) {
        LinkLimits least = pool.least(asks);
        LinkLimits first = pool.takeForNewcomer(least);
        return first == null ? null : new CreditWindow(pool, least, asks, grantee, first.messages(), first.bytes());
    }

    /** What is said at first. */
    LinkLimits terms() {
        return new LinkLimits(least.maxFrame(), messages, bytes);
    }

    /** Whether so many have been granted, counted from the beginning. */
    boolean allows(long totalMessages, long totalBytes) {
        return totalMessages <= grantedMessages && totalBytes <= grantedBytes;
    }

    long grantedBytes() {
        return grantedBytes;
    }

    /** Messages are finished: what they took may be granted anew. */
    void done(int count, long octets) {
        long now = finished.addAndGet(count * ONE_MESSAGE + octets);
        if (isClosed) {
            settleRest();
        } else if (isDue(now)) {
            grant();
        }
    }

    /** A small part of the window, and nothing that the other side may wait for. */
    boolean isLittle(int count, long octets) {
        return count < messages / PARTS && octets < bytes / PARTS && octets < dueBytes;
    }

    private boolean isDue(long finished) {
        return finished / ONE_MESSAGE >= dueMessages || (finished & BYTES) >= dueBytes;
    }

    /** The other side cannot send the next message before so many octets are granted in all: no more than one of the largest takes. */
    void want(long total) {
        synchronized (this) {
            wanted = Math.max(wanted, Math.min(total, grantedBytes + least.maxFrame()));
            settleThresholds();
        }
        grant();
    }

    /** Grants what could not be granted while the other side did not read. */
    void settle() {
        if (isWanting || isDue(finished.get())) {
            grant();
        }
    }

    private void grant() {
        boolean isShort;
        boolean isSmaller;
        synchronized (this) {
            if (isClosed || isLapsing || !grantee.isReading(bytes)) {
                return;
            }
            long before = CreditPool.cost(messages, bytes);
            isShort = !regrant(!pool.isDemanded());
            isSmaller = CreditPool.cost(messages, bytes) < before;
        }
        if (isShort) {
            pool.demand(this);
        } else if (isSmaller) {
            pool.serve();
        }
    }

    @Override
    public synchronized boolean serveDemand() {
        return isClosed || isLapsing || regrant(true);
    }

    /**
     * Grants anew what is finished, in a window that may have become another one.
     *
     * @param mayTake whether more may be taken for what is wanted: nobody else waits for that
     * @return false if what is wanted is not granted, and will not be by itself once all in hand is finished
     */
    private boolean regrant(boolean mayTake) {
        long done = finished.getAndSet(0);
        long countDone = done / ONE_MESSAGE;
        long octetsDone = done & BYTES;
        doneMessages += countDone;
        doneBytes += octetsDone;
        if (pool.isPressed()) {
            shrink(countDone, octetsDone);
        } else {
            grow(countDone >= dueMessages, octetsDone >= bytes / 2);
        }
        long needed = Math.min(wanted - doneBytes, pool.full().bytes());
        if (needed > bytes && mayTake && pool.takeForDemand(needed - bytes)) {
            bytes = needed;
        }
        long totalMessages = Math.max(grantedMessages, doneMessages + messages);
        long totalBytes = Math.max(grantedBytes, doneBytes + bytes);
        if (totalMessages > grantedMessages || totalBytes > grantedBytes) {
            grantedMessages = totalMessages;
            grantedBytes = totalBytes;
            grantee.grant(new Control.Credit(totalMessages, totalBytes));
        }
        settleThresholds();
        return needed <= bytes;
    }

    /** Lets go of what is finished and would be granted anew, but for what the other side waits for. */
    private void shrink(long countDone, long octetsDone) {
        long before = CreditPool.cost(messages, bytes);
        messages = Math.max(Math.min(messages, least.messages()), messages - countDone);
        long kept = Math.max(least.bytes(), wanted > grantedBytes ? wanted - doneBytes : 0);
        bytes = Math.max(Math.min(bytes, kept), bytes - octetsDone);
        long less = before - CreditPool.cost(messages, bytes);
        if (less > 0) {
            pool.give(less);
        }
    }

    /** Half the window has been used: it was worth its while. */
    private void grow(boolean byMessages, boolean byOctets) {
        long moreMessages = byMessages ? Math.min(messages, pool.full().messages() - messages) : 0;
        long moreBytes = byOctets ? Math.min(bytes, pool.full().bytes() - bytes) : 0;
        long more = CreditPool.cost(moreMessages, moreBytes);
        if (more > 0 && pool.takeToGrow(more)) {
            messages += moreMessages;
            bytes += moreBytes;
        }
    }

    /** A grant is due when half the window is used; or before that, when the other side may wait for it. */
    private void settleThresholds() {
        dueMessages = (messages + 1) / 2;
        isWanting = wanted > grantedBytes;
        if (isWanting) {
            dueBytes = 1;
        } else if (asks) {
            dueBytes = Math.max(1, bytes / 2);
        } else {
            dueBytes = Math.max(1, Math.min(bytes / 2, bytes - least.maxFrame() + 1));
        }
    }

    /**
     * The link has ended: lets go of what was granted and not used. What is in hand is paid for until it is finished.
     *
     * @param receivedMessages how many came in all, and
     * @param receivedBytes how many octets, of those that are finished some time
     * @return whether anything is in hand
     */
    boolean close(long receivedMessages, long receivedBytes) {
        boolean isInHand;
        synchronized (this) {
            isClosed = true;
            restMessages = receivedMessages - doneMessages;
            restBytes = receivedBytes - doneBytes;
            pool.give(CreditPool.cost(messages, bytes) - CreditPool.cost(restMessages, restBytes));
            takeOff(finished.getAndSet(0));
            isInHand = restMessages > 0;
        }
        pool.serve();
        return isInHand;
    }

    private void settleRest() {
        synchronized (this) {
            takeOff(finished.getAndSet(0));
        }
        pool.serve();
    }

    private void takeOff(long done) {
        giveRest(done / ONE_MESSAGE, done & BYTES);
    }

    private void giveRest(long count, long octets) {
        long counted = Math.min(count, restMessages);
        long octetsCounted = counted == restMessages ? restBytes : Math.min(octets, restBytes);
        restMessages -= counted;
        restBytes -= octetsCounted;
        pool.give(CreditPool.cost(counted, octetsCounted));
        if (restMessages == 0 && isLinkPaid) {
            isLinkPaid = false;
            pool.give(Memory.LINK);
        }
    }

    @Override
    public synchronized void writeOff() {
        giveRest(restMessages, restBytes);
    }

    /** Grants nothing more: the link is about to end, and what it waits for is for others. */
    void lapse() {
        isLapsing = true;
    }

    /** What the other side may still send, as the pool pays for it. */
    long unused(long receivedMessages, long receivedBytes) {
        return CreditPool.cost(grantedMessages - receivedMessages, grantedBytes - receivedBytes);
    }

    /** What the window takes of the pool when it has shrunk as far as it does. */
    long leastCost() {
        return CreditPool.cost(least.messages(), least.bytes());
    }

    /** Whether the other side is the first of those who wait for more, and its credit may be too little for its next message. */
    boolean isNextInTurn(long receivedBytes) {
        return isWanting && grantedBytes - receivedBytes < least.maxFrame() && pool.isFirst(this);
    }

    /** How many messages are in hand of those that came. */
    synchronized long inHand(long receivedMessages) {
        return receivedMessages - doneMessages - finished.get() / ONE_MESSAGE;
    }

    /** What this link takes of the pool. */
    long cost() {
        return Memory.LINK + CreditPool.cost(messages, bytes);
    }
}
