package io.parley.internal.link;

/**
 * Watches how much of its credit the dialler of one link uses, from one heartbeat interval to the next. Credit that is hardly used
 * can be taken back for others. Confined to the I/O context.
 */
final class CreditUse {

    /** A dialler that uses less of its credit than one of so many parts in a heartbeat interval hardly uses it. */
    private static final int PARTS = 8;

    /** For so many intervals in a row credit is not used, or hardly, before it can be taken back. */
    private static final int BEATS = 2;

    /** The same where messages are in hand: until these are finished, the dialler would have no link. */
    private static final int BEATS_IN_HAND = 8;

    private long messages;
    private long bytes;
    private long gathered;
    private boolean isStill;
    private boolean isAnythingInHand;
    private int idleBeats;
    private int slackBeats;

    /**
     * Once per heartbeat interval.
     *
     * @param receivedMessages how many messages have come on the link that use credit, and
     * @param receivedBytes how many octets of them
     * @param gatheredNow a number that moves on with each part that comes of a message in chunks
     */
    void onBeat(CreditWindow window, long receivedMessages, long receivedBytes, long gatheredNow) {
        long used = CreditPool.cost(receivedMessages - messages, receivedBytes - bytes);
        boolean isUnderWay = gatheredNow != gathered;
        messages = receivedMessages;
        bytes = receivedBytes;
        gathered = gatheredNow;
        isStill = used == 0 && !isUnderWay;
        isAnythingInHand = window.inHand(messages) != 0;
        idleBeats = isStill && !isAnythingInHand ? idleBeats + 1 : 0;
        long unused = window.unused(messages, bytes);
        // A dialler that comes again is granted the least anew: to take back little more than that gains nothing.
        boolean isSlack = !isUnderWay && unused > 2 * window.leastCost() && used < unused / PARTS;
        slackBeats = isSlack ? slackBeats + 1 : 0;
    }

    /** Whether nothing came in the latest interval, no part of a message either. */
    boolean isStill() {
        return isStill;
    }

    /** Whether the credit has not been used, or hardly, for long enough to be taken back. */
    boolean isReclaimable() {
        return idleBeats >= BEATS || slackBeats >= (isAnythingInHand ? BEATS_IN_HAND : BEATS);
    }
}
