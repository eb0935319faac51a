package io.parley.internal.recorder;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.MessageKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of a message while it is put together, before it is recorded. It refers to what is there anyway: texts are made of it only when
 * somebody reads them. Not thread-safe; used once.
 */
public final class StepDraft {

    final FlowStep step;
    final long now;
    final ChannelName channel;
    final InteractionStyle style;
    final MessageId id;
    ChannelName counted;

    @Nullable
    MessageKind kind;

    @Nullable
    String type;

    int bytes;

    @Nullable
    String correlation;

    @Nullable
    MessageId cause;

    Object from = "";
    Object to = "";
    int attempt = 1;
    long elapsedNanos;

    @Nullable
    String detail;

    /** @param now by the monotonic clock */
    public StepDraft(FlowStep step, long now, ChannelName channel, InteractionStyle style, MessageId id) {
        this.step = step;
        this.now = now;
        this.channel = channel;
        this.style = style;
        this.id = id;
        counted = channel;
    }

    /** Counts in the figures of another channel, for a channel whose name anybody can make up. */
    public StepDraft countedIn(ChannelName other) {
        counted = other;
        return this;
    }

    public StepDraft payload(@Nullable MessageKind kind, @Nullable String type, int bytes) {
        this.kind = kind;
        this.type = type;
        this.bytes = bytes;
        return this;
    }

    public StepDraft conversation(@Nullable String correlation, @Nullable MessageId cause) {
        this.correlation = correlation;
        this.cause = cause;
        return this;
    }

    /**
     * Sets who sent the message and who received it.
     *
     * @param from has the text {@code service/instance}
     * @param to likewise, or that of a channel or a service
     */
    public StepDraft between(Object from, Object to) {
        this.from = from;
        this.to = to;
        return this;
    }

    /** Sets how long it took, and what went wrong. */
    public StepDraft outcome(long elapsedNanos, @Nullable String detail) {
        this.elapsedNanos = elapsedNanos;
        this.detail = detail;
        return this;
    }

    /** The step as a {@link io.parley.observe.FlowTap} sees it. */
    public MessageFlow toFlow(Instant at) {
        return MessageFlow.builder(step, channel, style, id)
                .at(at, now)
                .payload(kind, type == null ? "" : type, bytes)
                .conversation(correlation, cause)
                .between(from.toString(), to.toString())
                .attempt(attempt)
                .elapsedNanos(elapsedNanos)
                .detail(detail)
                .build();
    }
}
