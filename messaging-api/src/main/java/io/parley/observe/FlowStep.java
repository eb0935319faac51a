package io.parley.observe;

/** The steps of a message on its way. */
public enum FlowStep {
    /** Handed to a link or published. */
    SENT,
    /** A one-way message, event, request or survey was handled; {@code elapsedNanos} is the handler's time. */
    HANDLED,
    /** The requestor has its reply, or the surveyor a response; {@code elapsedNanos} is the time since the question was sent. */
    ANSWERED,
    /** The handler failed, as the one sees it who awaits the answer, or as the receiver does if nobody waits. */
    FAULTED,
    /** The receiver did not begin, as the sender sees it. */
    REFUSED,
    /** The deadline passed while an answer was awaited. */
    TIMED_OUT,
    /** The link broke while an answer was awaited. */
    LINK_LOST,
    /** An answer came when nobody awaited it any more, or twice, and was dropped. */
    DROPPED,
    /** Events were missed before this one. */
    GAP
}
