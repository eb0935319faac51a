package io.parley.internal.link;

/**
 * Decides when an inbound link may end whose credit is taken back for others. Nothing that its dialler has sent meanwhile is lost.
 * Confined to the I/O context.
 */
final class LinkRetirement {

    /** Tells the dialler why its link ends. */
    static final String REASON = "its credit was hardly used, while others need the memory";

    /** For so many heartbeat intervals a link may go on with a message that is under way. */
    private static final int BEATS_TO_END = 15;

    /** Most retired links end within so many heartbeat intervals. */
    private static final int USUAL_BEATS = 2;

    private final ReceiveWindow window;
    private boolean isBegun;
    private int beats;

    /** @param window the credit of the link */
    LinkRetirement(ReceiveWindow window) {
        this.window = window;
    }

    /**
     * Begins: no more credit is granted.
     *
     * @return false if it has begun before
     */
    boolean begin() {
        if (isBegun) {
            return false;
        }
        isBegun = true;
        window.lapse();
        return true;
    }

    boolean isBegun() {
        return isBegun;
    }

    /** Called once per heartbeat interval. */
    void onBeat() {
        if (isBegun) {
            beats++;
        }
    }

    /** Whether it began a moment ago, so that the credit is free soon, most likely. */
    boolean isEndingSoon() {
        return isBegun && beats <= USUAL_BEATS;
    }

    /**
     * Whether the link may end: the dialler knows or has had time to, and nothing is in hand or under way of what it has sent by then.
     *
     * @param hasLeft whether the dialler has confirmed that it knows
     */
    boolean mayEnd(boolean hasLeft) {
        return isBegun && (hasLeft || hasHadTime()) && window.isNothingInHand();
    }

    private boolean hasHadTime() {
        return beats > (window.isStill() ? 1 : BEATS_TO_END);
    }
}
