package io.parley.internal.link;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.FrameFormat;
import org.jspecify.annotations.Nullable;

/** Accounts for the credit of one link: what the other side has granted, and what was sent of it. Not thread-safe. */
final class SendCredit {

    /** A message of at most this many bytes is small. */
    private static final int SMALL = 4 * 1024;

    /** One of this many parts of the credit that was left after the latest grant is reserved for small messages. */
    private static final int RESERVED_PART = 64;

    private long maxEnvelope = Integer.MAX_VALUE - FrameFormat.OVERHEAD;
    private long sentMessages;
    private long sentBytes;
    private long grantedMessages;
    private long grantedBytes;
    /** How much could be sent after the latest grant; no more than after the first. */
    private long roomAfterGrant;

    private long firstGrant;
    /** Whether the other side may be asked for credit. */
    private boolean mayAsk;
    /** The total that it was asked for last. */
    private long asked;
    /** What the message that was refused last would have taken. */
    private long lacking;

    /**
     * Takes the first grant.
     *
     * @param mayAsk whether the other side may be asked for credit
     */
    void open(LinkLimits terms, boolean mayAsk) {
        this.mayAsk = mayAsk;
        maxEnvelope = Math.min(terms.maxFrame(), Integer.MAX_VALUE) - FrameFormat.OVERHEAD;
        grantedMessages = terms.messages();
        grantedBytes = terms.bytes();
        firstGrant = terms.bytes();
        roomAfterGrant = firstGrant;
    }

    /** Whether one more message may be sent, as far as their number goes. */
    boolean coversMessage() {
        return sentMessages < grantedMessages;
    }

    /** Counts a message that was sent. */
    void takeMessage() {
        sentMessages++;
    }

    /** Takes the bytes of a message; returns false, and takes none, if the credit does not cover them. */
    boolean take(long size) {
        long needed = needed(size);
        if (needed > grantedBytes - sentBytes) {
            lacking = needed;
            return false;
        }
        sentBytes += size;
        return true;
    }

    /**
     * The credit that must be there before a message of this size goes. One that is not small leaves some, so that small ones can still be
     * sent until there is more. No more than the other side grants sooner or later, whose grants are sure to let the largest envelope
     * through and no more.
     */
    private long needed(long size) {
        return size <= SMALL ? size : size + Math.min(roomAfterGrant / RESERVED_PART, maxEnvelope - size);
    }

    /** Returns the question for what the message that was refused last lacks; null if it is not to be asked, or was asked already. */
    Control.@Nullable CreditWanted question() {
        long total = sentBytes + lacking;
        if (!isLacking() || total <= asked) {
            return null;
        }
        asked = total;
        return new Control.CreditWanted(total);
    }

    /** Whether the latest grant, all of it, is too little for the message that was refused last, and the other side is asked for more. */
    boolean isGrantTooSmall() {
        return isLacking() && lacking > roomAfterGrant;
    }

    private boolean isLacking() {
        return mayAsk && sentBytes + lacking > grantedBytes;
    }

    /** Whether a grant is less than one before it: totals never fall. */
    boolean isBelowGrant(Control.Credit credit) {
        return credit.messages() < grantedMessages || credit.bytes() < grantedBytes;
    }

    void onGrant(Control.Credit credit) {
        grantedMessages = Math.max(grantedMessages, credit.messages());
        grantedBytes = Math.max(grantedBytes, credit.bytes());
        roomAfterGrant = Math.min(firstGrant, grantedBytes - sentBytes);
    }
}
