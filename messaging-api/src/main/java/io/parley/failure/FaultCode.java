package io.parley.failure;

/** Why there was no answer as asked: the codes that travel on the wire. The last two of them are what routers say of instances. */
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
    /** A router knows no instance of the service, or reaches none. */
    NO_INSTANCE(8, Outcome.NOT_SENT),
    /** The handler threw. */
    HANDLER_FAILED(32, Outcome.FAULTED),
    /** The handler answered, but the answer could not be encoded or was too large to send. */
    UNSENDABLE_REPLY(33, Outcome.FAULTED),
    /** A router lost the link to the instance that had the message in hand. */
    LINK_LOST(64, Outcome.UNKNOWN);

    private final int wireValue;
    private final Outcome outcome;

    FaultCode(int wireValue, Outcome outcome) {
        this.wireValue = wireValue;
        this.outcome = outcome;
    }

    /** The code's number on the wire: 1 to 31 if the handler did not begin, 32 to 63 if it failed, from 64 on if that is not known. */
    public int wireValue() {
        return wireValue;
    }

    public Outcome outcome() {
        return outcome;
    }
}
