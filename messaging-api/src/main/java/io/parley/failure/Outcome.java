package io.parley.failure;

/** What a failed exchange has done to the world, and so whether it may be tried again. */
public enum Outcome {

    /** Nobody saw the message: retry is safe. */
    NOT_SENT,

    /** The receiver saw the message and did not begin: retry is safe, though it may be refused again. */
    REFUSED,

    /** The receiver's handler failed. It may have done part of the work. */
    FAULTED,

    /** It may or may not have happened: retry only what is idempotent. */
    UNKNOWN,

    /**
     * The calling thread was interrupted: it is asked to end, and tries nothing again. {@link InterruptedCallException#isSent()} tells
     * whether anybody can have seen the message.
     */
    INTERRUPTED
}
