package io.parley.internal;

import io.parley.DeadLetter;
import io.parley.Receiver;
import io.parley.channel.Style;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.FaultCode;
import io.parley.observe.FlowStep;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Hands one message that wants no answer to its receiver. Runs once, on any thread. */
final class ReceiveTask<T> implements Runnable {

    private final Received received;
    private final Class<T> type;
    private final Codec codec;
    private final Receiver<T> receiver;
    private final DeadLetters deadLetters;

    ReceiveTask(Received received, Class<T> type, Codec codec, Receiver<T> receiver, DeadLetters deadLetters) {
        this.received = received;
        this.type = type;
        this.codec = codec;
        this.receiver = receiver;
        this.deadLetters = deadLetters;
    }

    @Override
    public void run() {
        long begun = received.core().time.nanoTime();
        try {
            T payload = decodeInTime();
            if (payload != null) {
                HandlingContext.enter(received.headers());
                receiver.onMessage(Inbound.message(received.message(), received.headers(), payload));
                received.tell(FlowStep.HANDLED, received.core().time.nanoTime() - begun, null);
            }
        } catch (Exception e) {
            bury(FlowStep.FAULTED, e);
        } catch (Error e) {
            // Such as a stack overflow in a handler: the pool's thread must live on, and the message must not vanish.
            bury(FlowStep.FAULTED, new IllegalStateException("The receiver failed: " + e, e));
        } finally {
            HandlingContext.leave();
            received.origin().done();
        }
    }

    /** The payload; null if the message is not to be handled, which has been told then. */
    private @Nullable T decodeInTime() {
        if (!received.isInTime()) {
            refuse(FaultCode.TOO_LATE, new IllegalStateException("The deadline passed before the message was handled"));
            return null;
        }
        try {
            return Inbound.decode(received.message(), codec, type);
        } catch (CodecException e) {
            refuse(FaultCode.INVALID_PAYLOAD, e);
            return null;
        }
    }

    /** A one-way message's sender is told and has the dead letter; an event's publisher is not, so it is ours. */
    private void refuse(FaultCode code, Exception cause) {
        if (received.style() == Style.ONE_WAY) {
            received.refuse(code, String.valueOf(cause.getMessage()));
            received.tell(FlowStep.REFUSED, 0, cause.getMessage());
        } else {
            bury(FlowStep.REFUSED, cause);
        }
    }

    private void bury(FlowStep step, Exception cause) {
        received.tell(step, 0, String.valueOf(cause.getMessage()));
        var message = received.message();
        byte[] payload = Arrays.copyOfRange(
                message.octets, message.payloadOffset, message.payloadOffset + message.payloadLength);
        var letter = new DeadLetter(received.channel(), received.style(), received.headers(), payload, cause);
        if (step == FlowStep.FAULTED) {
            deadLetters.addFailed(letter);
        } else {
            deadLetters.add(letter);
        }
    }
}
