package io.parley.internal.dispatch;

import io.parley.DeadLetter;
import io.parley.Receiver;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.FaultCode;
import io.parley.failure.RefusedException;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.HandlingContext;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.SharedFields;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import org.jspecify.annotations.Nullable;

/** Hands one message that wants no answer to its receiver. Runs once, on any thread. */
public final class ReceiveTask<T> extends InboundMessage {

    private final To<T> to;

    /** A receiver. Immutable. */
    public static final class To<T> extends HandlerTarget {

        private final Class<T> type;
        private final Codec codec;
        private final Receiver<T> receiver;
        private final DeadLetters deadLetters;

        public To(
                PeerContext core,
                ChannelName channel,
                InteractionStyle style,
                Class<T> type,
                Receiver<T> receiver,
                DeadLetters deadLetters) {
            super(core, channel, style);
            this.type = type;
            this.codec = core.codecFor(type);
            this.receiver = core.traces == null ? receiver : core.traces.aroundReceiver(channel, style, receiver);
            this.deadLetters = deadLetters;
        }

        @Override
        public InboundMessage received(ReplyPath origin, SharedFields head, MessageId id) {
            return new ReceiveTask<>(this, origin, head, id);
        }
    }

    private ReceiveTask(To<T> to, ReplyPath origin, SharedFields head, MessageId id) {
        super(origin, head, id);
        this.to = to;
    }

    @Override
    public HandlerTarget to() {
        return to;
    }

    @Override
    public InboundMessage another(SharedFields head, MessageId id) {
        return to.received(origin(), head, id);
    }

    @Override
    public void run() {
        long begun = begin();
        HandlingContext context = HandlingContext.next();
        try {
            T payload = decodeInTime();
            if (payload != null) {
                context.enter(core(), headers());
                to.receiver.onMessage(MessageDecoding.message(this, headers(), payload));
                if (isWatched()) {
                    long now = core().flows.now();
                    record(FlowStep.HANDLED, now, now - begun, null);
                }
            }
        } catch (Throwable e) {
            // Such as a stack overflow in a handler: the thread must live on, and the message must not vanish.
            failed(begun, e);
        } finally {
            context.leave();
            done();
        }
    }

    @Override
    public void onNotTaken() {
        if (style() == InteractionStyle.ONE_WAY) {
            super.onNotTaken();
            return;
        }
        String why = core().name + " has no thread for " + channelName();
        recordTrouble(FlowStep.DROPPED, why);
        to.deadLetters.add(letter(new IllegalStateException(why)));
        done();
    }

    /** The payload; null if the message is not to be handled, which has been told then. */
    private @Nullable T decodeInTime() {
        if (!isInTime()) {
            refuseAsLate();
            return null;
        }
        T payload;
        try {
            payload = MessageDecoding.decode(this, to.codec, to.type);
        } catch (CodecException e) {
            refuse(FaultCode.INVALID_PAYLOAD, e);
            return null;
        }
        // To decode may have taken long, the first time for instance.
        if (!isInTime()) {
            refuseAsLate();
            return null;
        }
        return payload;
    }

    private void refuseAsLate() {
        refuse(
                FaultCode.TOO_LATE,
                new RefusedException(FaultCode.TOO_LATE, "The deadline passed before the message was handled"));
    }

    /** A one-way message's sender is told and has the dead letter; an event's publisher is not, so it is ours. */
    private void refuse(FaultCode code, Exception cause) {
        if (style() == InteractionStyle.ONE_WAY) {
            refuse(code, ThrowableText.messageOrName(cause));
        } else {
            recordTrouble(FlowStep.REFUSED, ThrowableText.messageOrName(cause));
            to.deadLetters.add(letter(cause));
        }
    }

    private void failed(long begun, Throwable failure) {
        long now = core().flows.now();
        record(FlowStep.FAULTED, now, isWatched() ? now - begun : 0, ThrowableText.messageOrName(failure));
        to.deadLetters.addFailed(letter(DeadLetters.cause(failure)));
    }

    private DeadLetter letter(Exception cause) {
        return new DeadLetter(channelName(), style(), headers(), copyOfPayload(), cause);
    }
}
