package io.parley.internal.dispatch;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.FaultCode;
import io.parley.failure.TooLargeException;
import io.parley.failure.UnencodableException;
import io.parley.internal.convert.Faults;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.lane.CompletionBatch;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * A message that arrives and is on its way to a handler; it is itself what a lane runs. Made in the I/O context, then used by one
 * thread at a time.
 */
public abstract class InboundMessage extends WireMessage implements Runnable {

    private static final SharedFields FAULT =
            SharedFields.of(EnvelopeKind.FAULT).of(null, "text/plain;charset=utf-8");

    private final ReplyPath origin;
    private @Nullable Deadline deadline;
    private @Nullable Headers headers;
    /** Whether its steps are told one by one. */
    private boolean isWatched;
    /** When it arrived, if it is watched. */
    private long arrivedAt;
    /** That of a one-way message among those of its link, from 1 on; 0 for others. */
    private long number;

    public InboundMessage(ReplyPath origin, SharedFields head, MessageId id) {
        super(head, id);
        this.origin = origin;
    }

    public abstract ChannelTarget to();

    /** Makes another message to the same handler, by the same way, to be filled in. */
    public abstract InboundMessage another(SharedFields head, MessageId id);

    /** By what it came. */
    public final ReplyPath origin() {
        return origin;
    }

    /** Handles it. Runs once, on any thread. */
    @Override
    public abstract void run();

    /** All of it is there: its deadline counts from when it was sent, as far as that is known, or else from now. */
    final void onArrived() {
        recordArrival();
        if (hasDeadline()) {
            PeerContext core = to().core;
            countFrom(origin.countsFrom(core, core.time.nanoTime()));
        }
    }

    /** As {@link #onArrived()}, but its deadline, if it has one, counts from {@code countsFrom}. */
    public final void onArrived(long countsFrom) {
        recordArrival();
        countFrom(countsFrom);
    }

    private void recordArrival() {
        if (core().flows.wants(id) && !to().isReserved) {
            watch(core().flows.now());
            record(FlowStep.RECEIVED, arrivedAt, 0, null);
        }
    }

    /** Its deadline counts from {@code nanoTime}. */
    final void countFrom(long nanoTime) {
        if (hasDeadline()) {
            deadline = Deadline.afterMillis(remaining(), to().core.time, nanoTime);
        }
    }

    public final @Nullable Deadline deadline() {
        return deadline;
    }

    /** Has its steps told one by one. */
    final void watch(long arrived) {
        isWatched = true;
        arrivedAt = arrived;
    }

    final PeerContext core() {
        return to().core;
    }

    /** The channel that it came by. */
    ChannelName channelName() {
        return to().channel;
    }

    public final InteractionStyle style() {
        return to().style;
    }

    /** Made when somebody wants them. */
    final Headers headers() {
        Headers made = headers;
        if (made == null) {
            made = MessageDecoding.headers(this, to().headersOf(head, origin.sender()), deadline);
            headers = made;
        }
        return made;
    }

    public final boolean isWatched() {
        return isWatched;
    }

    /** Handling begins; answers when, if the message is watched. */
    final long begin() {
        if (!isWatched) {
            return 0;
        }
        long now = core().flows.now();
        record(FlowStep.BEGUN, now, now - arrivedAt, null);
        return now;
    }

    /** How long ago it arrived, if it is watched. */
    final long age(long now) {
        return isWatched ? now - arrivedAt : 0;
    }

    /** Whether its deadline leaves time to begin. */
    public final boolean isInTime() {
        return deadline == null || !deadline.hasPassed();
    }

    final boolean isCancelled() {
        return origin.isCancelled(id);
    }

    /** An answer, to be given a payload. */
    final WireMessage answer(SharedFields head) {
        var answer = new WireMessage(head, core().nextId());
        answer.inReplyTo = id;
        return answer;
    }

    /** Sends an answer; false if there is no way back (any more). */
    public final boolean send(WireMessage answer) {
        return origin.answer(answer);
    }

    /** No thread takes it: the pool is closed, or the application's executor has turned it down. Done with afterwards. */
    public void onNotTaken() {
        refuse(FaultCode.BUSY, core().name + " has no thread for " + channelName());
        done();
    }

    /** Says which of its link's one-way messages it is. */
    public final void oneWayNumber(long number) {
        this.number = number;
    }

    /** The message is done with, one way or another. */
    public final void done() {
        CompletionBatch.current().add(origin, to().inHand, envelopeSize, number);
    }

    /** Tells the sender that handling did not begin. */
    public final void refuse(FaultCode code, String text) {
        core().counters.refusals.increment();
        recordTrouble(FlowStep.REFUSED, text);
        fault(code, null, text);
    }

    /** Answers with a fault, with as much in it as can be sent; false if there is no way back. */
    public final boolean fault(FaultCode code, @Nullable String name, String text) {
        try {
            return origin.answer(fault(code, Faults.sendableName(name), Faults.payload(text)));
        } catch (UnencodableException e) {
            // The handler's own code is not one that the wire can hold.
            return name != null && fault(code, null, text);
        } catch (TooLargeException e) {
            // The other side takes but very small frames.
            return (name != null || !text.isEmpty()) && fault(code, null, "");
        }
    }

    private WireMessage fault(FaultCode code, @Nullable String name, byte[] text) {
        WireMessage fault = answer(FAULT);
        fault.details().fault = code.wireValue();
        fault.details().faultName = name;
        return fault.payload(text);
    }

    /** Tells a step, if all of this message's are told, or it is one that always is. */
    final void record(FlowStep step, long now, long elapsedNanos, @Nullable String detail) {
        if (isWatched || step.isTrouble()) {
            core().flows
                    .recordReceived(
                            step, now, channelName(), to().channel, style(), this, from(), elapsedNanos, detail);
        }
    }

    public final void recordTrouble(FlowStep step, @Nullable String detail) {
        record(step, core().flows.now(), 0, detail);
    }

    private Object from() {
        PeerName named = head.sender() != null ? head.sender() : origin.sender();
        return named == null ? "" : named;
    }
}
