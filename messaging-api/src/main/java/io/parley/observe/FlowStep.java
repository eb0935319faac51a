package io.parley.observe;

/** The steps of a message on its way, and what happens to peers meanwhile. */
public enum FlowStep {
    /** It waits for a link, or for room on one: told only of what does not go at once. */
    ENQUEUED,
    /** Handed to a link or published; {@code elapsedNanos} is how long it had to wait for that. */
    SENT,
    /** It is tried once more. */
    RETRIED,
    /** It is tried a second time while the first attempt is still under way. */
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
    /** The handler failed: told by the receiver, and by the one who awaits the answer. */
    FAULTED,
    /** The receiver did not begin, or nobody could be reached: told at both ends. */
    REFUSED,
    /** The deadline passed while an answer was awaited. */
    TIMED_OUT,
    /** The link broke while an answer was awaited, or before the message was sent. */
    LINK_LOST,
    /** It was dropped, and {@code detail} says why. */
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
