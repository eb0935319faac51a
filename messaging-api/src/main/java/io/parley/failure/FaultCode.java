package io.parley.failure;

/** Why a receiver did not answer as asked: the codes that travel on the wire. */
public enum FaultCode {
    /** No handler is attached to the channel. */
    UNKNOWN_CHANNEL(1, Outcome.REFUSED),
    /** The receiver's queues are full. */
    BUSY(2, Outcome.REFUSED),
    /** The deadline passed before the handler could begin. */
    TOO_LATE(3, Outcome.REFUSED),
    UNAUTHORIZED(4, Outcome.REFUSED),
    /** The receiver is closing. */
    GOING_AWAY(5, Outcome.REFUSED),
    /** The payload is not what the channel carries: wrong content type, or undecodable. */
    INVALID_PAYLOAD(6, Outcome.REFUSED),
    /** The channel is there, but of another style: a request sent to a one-way channel, say. */
    WRONG_STYLE(7, Outcome.REFUSED),
    /** The handler threw. */
    HANDLER_FAILED(32, Outcome.FAULTED),
    /** The handler answered, but the answer could not be encoded or was too large to send. */
    UNSENDABLE_REPLY(33, Outcome.FAULTED);

    private final int wireValue;
    private final Outcome outcome;

    FaultCode(int wireValue, Outcome outcome) {
        this.wireValue = wireValue;
        this.outcome = outcome;
    }

    /** The code's number on the wire: 1 to 31 for refusals, 32 to 63 for faults. */
    public int wireValue() {
        return wireValue;
    }

    /** Either {@link Outcome#REFUSED} or {@link Outcome#FAULTED}. */
    public Outcome outcome() {
        return outcome;
    }
}
