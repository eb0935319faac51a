package io.parley.observe;

/** The steps of a message on its way, and what happens to peers meanwhile. */
public enum FlowStep {
    /** It waits for a link, or for room on one: told only of what does not go at once. */
    ENQUEUED,
    /** Handed to a link or published; {@code elapsedNanos} is how long it had to wait for that. */
    SENT,
    /** It is tried once more. No peer takes this step yet. */
    RETRIED,
    /** It is tried a second time while the first attempt is still under way. No peer takes this step yet. */
    HEDGED,
    /** It arrived and waits for its handler. */
    RECEIVED,
    /** Its handler begins; {@code elapsedNanos} is how long it waited for that. */
    BEGUN,
    /** Its handler ended well; {@code elapsedNanos} is the handler's time. */
    HANDLED,
    /** The answer is on its way back; {@code elapsedNanos} is the time since the question arrived. */
    REPLIED,
    /** The requestor has its reply, or the surveyor a response; {@code elapsedNanos} is the time since the question was sent. */
    ANSWERED,
    /**
     * The handler failed. Told by the receiver, where {@code elapsedNanos} is the handler's time, and by the one who awaits the answer, where it is the
     * time since the question was sent.
     */
    FAULTED,
    /**
     * The receiver did not begin, or nobody could be reached. Told at both ends; where an answer is awaited, {@code elapsedNanos} is the time since
     * the question was sent, else 0.
     */
    REFUSED,
    /** The deadline passed while an answer was awaited; {@code elapsedNanos} is the time since the question was sent. */
    TIMED_OUT,
    /**
     * The link broke while an answer was awaited, and {@code elapsedNanos} is the time since the question was sent; or before the message was
     * sent, and it is 0.
     */
    LINK_LOST,
    /** It, or an answer to it, was dropped, and {@code detail} says why; {@code elapsedNanos} may be 0 whatever that took. */
    DROPPED,
    /** Events were missed before this one. */
    GAP,
    /** It went to the dead letter channel. */
    DEAD_LETTERED,
    /** The circuit to another peer opened, as it fails and is avoided; is half-open, as it is tried again; or closed, as it works. */
    CIRCUIT_MOVED,
    /** Another peer was found, or linked. */
    PEER_CAME,
    /** Another peer was lost, or its link; or it left. */
    PEER_WENT;

    /** Whether something went wrong. Such steps are recorded always, be there ever so many messages. */
    public boolean isTrouble() {
        return switch (this) {
            case FAULTED, REFUSED, TIMED_OUT, LINK_LOST, DROPPED, GAP, DEAD_LETTERED, RETRIED, CIRCUIT_MOVED -> true;
            default -> false;
        };
    }

    /** Whether it is about a peer rather than a message. */
    public boolean isOfPeer() {
        return this == PEER_CAME || this == PEER_WENT || this == CIRCUIT_MOVED;
    }
}
