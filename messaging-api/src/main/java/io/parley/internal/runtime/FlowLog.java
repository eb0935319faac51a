package io.parley.internal.runtime;

import io.parley.DeadLetter;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.MessagingException;
import io.parley.internal.convert.Faults;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.recorder.Choice;
import io.parley.internal.recorder.FlightRecorder;
import io.parley.internal.recorder.FlowJson;
import io.parley.internal.recorder.JsonText;
import io.parley.internal.recorder.Payloads;
import io.parley.internal.recorder.StepDraft;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.FlowTap;
import io.parley.observe.MessageFlow;
import io.parley.observe.MessageKind;
import io.parley.observe.PeerFlow;
import io.parley.observe.Tracing.Sent;
import io.parley.time.TimeSource;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where each step of a message is told: to the flight recorder, and to the flow tap, if there is one, and
 * to who follows the message, if anybody traces. What flows over reserved channels is
 * told to nobody. Thread-safe.
 */
public final class FlowLog {

    /** How long figures count as being of late, and half as long at least. */
    private static final long PERIOD = Duration.ofSeconds(10).toNanos();

    public final FlightRecorder recorder;
    private final @Nullable Consumer<FlowEvent> tap;
    private final boolean isTraced;
    /** Null if they are not shown. */
    private final @Nullable Payloads payloads;

    private final PeerName self;
    private final TimeSource time;
    private final Callbacks callbacks;
    private long turnedAt;

    FlowLog(PeerConfig config, PeerName self, TimeSource time, Callbacks callbacks) {
        recorder = new FlightRecorder(config.observation().recordedSteps());
        FlowTap told = config.observation().flowTap();
        tap = told == null ? null : told::onFlow;
        isTraced = config.observation().tracing() != null;
        Set<String> redacted = config.observation().redactedFields();
        payloads = redacted == null || recorder.isOff() ? null : new Payloads(redacted);
        this.self = self;
        this.time = time;
        this.callbacks = callbacks;
    }

    /** Whether the steps of a message are to be told; if not, a caller tells trouble only, and spares itself the rest. */
    public boolean wants(MessageId id) {
        return tap != null || isTraced || recorder.keeps(id);
    }

    /** As {@link #wants}, of the messages of a channel that is no reserved one, at this moment. */
    public Choice choice() {
        return tap != null ? Choice.ALL : recorder.choice();
    }

    public long now() {
        return time.nanoTime();
    }

    /** Once per heartbeat interval. Confined to the I/O context. */
    public void onBeat(long now) {
        recorder.onBeat(now);
        if (turnedAt == 0) {
            turnedAt = now;
        } else if (now - turnedAt >= PERIOD) {
            turnedAt = now;
            recorder.turn();
        }
    }

    /** Tells a step of a message that this peer sends. */
    public void recordSent(
            FlowStep step,
            long now,
            ChannelName channel,
            InteractionStyle style,
            WireMessage message,
            Object to,
            long elapsedNanos,
            @Nullable String detail) {
        record(step, now, channel, channel, style, message, self, to, elapsedNanos, detail);
    }

    /** Tells that an event or a survey did not go out. */
    public void recordNotPublished(
            ChannelName channel, InteractionStyle style, WireMessage message, MessagingException cause) {
        recordSent(Faults.step(cause), now(), channel, style, message, channel, 0, cause.getMessage());
    }

    /**
     * Tells a step of a message that this peer has received.
     *
     * @param counted the channel in whose figures it counts
     */
    public void recordReceived(
            FlowStep step,
            long now,
            ChannelName channel,
            ChannelName counted,
            InteractionStyle style,
            WireMessage message,
            Object from,
            long elapsedNanos,
            @Nullable String detail) {
        record(step, now, channel, counted, style, message, from, self, elapsedNanos, detail);
    }

    /** Tells a step of a message that this peer passes on. */
    public void recordPassed(
            FlowStep step,
            ChannelName channel,
            InteractionStyle style,
            WireMessage message,
            Object from,
            Object to,
            long elapsedNanos,
            @Nullable String detail) {
        if (wants(message.id) || step.isTrouble()) {
            record(step, now(), channel, channel, style, message, from, to, elapsedNanos, detail);
        }
    }

    private void record(
            FlowStep step,
            long now,
            ChannelName channel,
            ChannelName counted,
            InteractionStyle style,
            WireMessage message,
            Object from,
            Object to,
            long elapsedNanos,
            @Nullable String detail) {
        if (payloads != null) {
            keep(payloads, step, message, channel);
        }
        if (channel.isReserved()) {
            return;
        }
        StepDraft draft = new StepDraft(step, now, channel, style, message.id)
                .countedIn(counted)
                .payload(kind(message), message.head.type(), message.payloadLength())
                .conversation(message.correlation(), message.causation())
                .between(from, to)
                .outcome(elapsedNanos, detail);
        record(draft, step, message.id, TracedMessage.sentOf(message));
    }

    private static MessageKind kind(WireMessage message) {
        return switch (message.form()) {
            case MessageForm.COMMAND -> MessageKind.COMMAND;
            case MessageForm.EVENT -> MessageKind.EVENT;
            default -> MessageKind.DOCUMENT;
        };
    }

    /** The answer to a message is known: its payload can be shown, if payloads are. */
    public void keepAnswer(ChannelName channel, MessageId question, WireMessage answer) {
        if (payloads != null) {
            keep(payloads, question, true, answer, channel);
        }
    }

    /** Keeps what is shown of a message, when it is seen first. */
    private void keep(Payloads payloads, FlowStep step, WireMessage message, ChannelName channel) {
        boolean isRecorded = recorder.keeps(message.id) || step.isTrouble();
        if (!isRecorded || channel.isReserved()) {
            return;
        }
        boolean isWhole = step == FlowStep.SENT || step == FlowStep.RECEIVED;
        if (isWhole) {
            keep(payloads, message.id, false, message, channel);
        }
        if (isWhole || step == FlowStep.ENQUEUED || step.isTrouble()) {
            payloads.keepHeaders(message.id, message.key(), message.applicationHeaders());
        }
    }

    /** What arrived in pieces is too large to be kept, and is not put together for this. */
    private static void keep(
            Payloads payloads, MessageId id, boolean isAnswer, WireMessage message, ChannelName channel) {
        if (Payloads.isKept(message.payloadLength()) && !channel.isReserved()) {
            byte[] octets = message.octets();
            payloads.keep(id, isAnswer, octets, message.payloadOffset(), message.payloadLength());
        }
    }

    /** Writes an event as others may see it. */
    public void write(JsonText out, FlowEvent event) {
        FlowJson.write(out, self.toString(), event, payloads);
    }

    /** Tells what became of a message of which this peer has no more than its answer. */
    public void recordAnswer(
            FlowStep step,
            ChannelName channel,
            InteractionStyle style,
            @Nullable String type,
            MessageId question,
            @Nullable String correlation,
            Object from,
            Object to,
            @Nullable String detail) {
        if (channel.isReserved()) {
            return;
        }
        StepDraft draft = new StepDraft(step, now(), channel, style, question)
                .payload(null, type, 0)
                .conversation(correlation, null)
                .between(from, to)
                .outcome(0, detail);
        record(draft, step, question, null);
    }

    void recordDeadLetter(DeadLetter letter) {
        Headers headers = letter.headers();
        MessageId id = headers.id().orElse(null);
        if (id == null || letter.channel().isReserved()) {
            return;
        }
        PeerName from = headers.sender().orElse(null);
        StepDraft draft = new StepDraft(FlowStep.DEAD_LETTERED, now(), letter.channel(), letter.style(), id)
                .payload(null, headers.messageType().orElse(null), letter.payload().length)
                .conversation(
                        headers.correlationId().orElse(null),
                        headers.causationId().orElse(null))
                .between(
                        from == null ? "" : from,
                        self.equals(from) ? letter.channel().owner() : self)
                .outcome(0, ThrowableText.message(letter.cause()));
        record(draft, FlowStep.DEAD_LETTERED, id, null);
    }

    private void record(StepDraft draft, FlowStep step, MessageId id, @Nullable Sent sent) {
        if (recorder.keeps(id) || step.isTrouble()) {
            recorder.record(draft);
        }
        if (tap == null && sent == null) {
            return;
        }
        MessageFlow flow = draft.toFlow(time.wallClock());
        if (tap != null) {
            notify(tap, flow);
        }
        if (sent != null) {
            notify(sent, flow);
        }
    }

    /** Tells what this peer saw of another. */
    public void recordPeer(FlowStep step, Object other, String detail) {
        long now = now();
        recorder.record(step, now, other, detail);
        if (tap != null) {
            notify(tap, new PeerFlow(step, time.wallClock(), now, other.toString(), detail));
        }
    }

    /** What every answer on a reserved channel begins with: whose it is, and what the time is there. */
    public JsonText beginAnswer(long incarnation) {
        return new JsonText()
                .beginObject()
                .field("peer", self.toString())
                .field("incarnation", HexFormat.of().toHexDigits(incarnation))
                .field("at", time.wallClock().toString())
                .field("nanoTime", now());
    }

    /** How far back the recorder's memory goes, as JSON. */
    public String describeRecorder() {
        var oldest = new FlowEvent[1];
        long first = recorder.oldest();
        recorder.read(first, first + 1, time.wallClock(), now(), (event, number) -> oldest[0] = event);
        return new JsonText()
                .beginObject()
                .field("capacity", recorder.capacity())
                .field("steps", recorder.next() - first)
                .field("oldest", oldest[0] == null ? "" : oldest[0].at().toString())
                .field("leftOut", recorder.leftOut())
                .field("sampling", recorder.oneOf())
                .endObject()
                .toString();
    }

    private void notify(Consumer<FlowEvent> told, FlowEvent event) {
        callbacks.accept("tap", "The flow tap failed", told, event);
    }

    private void notify(Sent told, MessageFlow flow) {
        callbacks.accept("tracing", "The tracing failed", told::onStep, flow);
    }
}
