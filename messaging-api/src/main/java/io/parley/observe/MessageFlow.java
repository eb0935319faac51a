package io.parley.observe;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.message.MessageId;
import io.parley.text.PlainText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of one message at one peer. Immutable.
 *
 * @param channel on which channel
 * @param style in which style of interaction
 * @param kind whether it is a document, a command or an event; null where that is not at hand, as for a message of which only a fault came back
 * @param messageType the payload's type, as the sender named it
 * @param id the message; for an answer, the message that it answers
 * @param correlationId the conversation
 * @param causationId the message during whose handling this one was sent; null if there was none
 * @param from who sent the message, {@code service/instance}
 * @param to who received it, {@code service/instance}; for a message to many, the channel's name; for one that found nobody, the
 *     service's
 * @param attempt 1 for the first
 * @param elapsedNanos how long it took, as the step says; 0 for steps that take no time
 * @param bytes the size of the payload
 * @param weight how many messages this one stands for: 1, or a power of two where only some were recorded
 * @param detail what went wrong, made harmless for logs ({@link PlainText}), as {@code from} and {@code to} are; the other texts are as they came
 */
public record MessageFlow(
        FlowStep step,
        Instant at,
        long nanoTime,
        ChannelName channel,
        InteractionStyle style,
        @Nullable MessageKind kind,
        String messageType,
        MessageId id,
        String correlationId,
        @Nullable MessageId causationId,
        String from,
        String to,
        int attempt,
        long elapsedNanos,
        int bytes,
        int weight,
        @Nullable String detail)
        implements FlowEvent {

    public MessageFlow {
        from = PlainText.of(from);
        to = PlainText.of(to);
        detail = detail == null ? null : PlainText.of(detail);
    }

    /** Begins a step of the message {@code id} on {@code channel}. All else has a default. */
    public static Builder builder(FlowStep step, ChannelName channel, InteractionStyle style, MessageId id) {
        return new Builder(step, channel, style, id);
    }

    /** The same, standing for so many messages. */
    public MessageFlow weighing(int messages) {
        if (messages == weight) {
            return this;
        }
        var copy = new Builder(step, channel, style, id);
        copy.at = at;
        copy.nanoTime = nanoTime;
        copy.kind = kind;
        copy.messageType = messageType;
        copy.correlationId = correlationId;
        copy.causationId = causationId;
        copy.from = from;
        copy.to = to;
        copy.attempt = attempt;
        copy.elapsedNanos = elapsedNanos;
        copy.bytes = bytes;
        copy.weight = messages;
        copy.detail = detail;
        return copy.build();
    }

    /**
     * Collects what is known of a step. Not thread-safe.
     *
     * <p>By default it was taken at the epoch, on the first attempt, took no time, stands for one message, has neither type nor payload, and
     * its message is the first of a conversation between nobody.
     */
    public static final class Builder {

        private final FlowStep step;
        private final ChannelName channel;
        private final InteractionStyle style;
        private final MessageId id;
        private Instant at = Instant.EPOCH;
        private long nanoTime;
        private @Nullable MessageKind kind;
        private String messageType = "";
        private @Nullable String correlationId;
        private @Nullable MessageId causationId;
        private String from = "";
        private String to = "";
        private int attempt = 1;
        private long elapsedNanos;
        private int bytes;
        private int weight = 1;
        private @Nullable String detail;

        private Builder(FlowStep step, ChannelName channel, InteractionStyle style, MessageId id) {
            this.step = step;
            this.channel = channel;
            this.style = style;
            this.id = id;
        }

        /** Sets when it was taken: by the wall clock, and in nanoseconds by the peer's monotonic clock. */
        public Builder at(Instant wallClock, long nanoTime) {
            this.at = wallClock;
            this.nanoTime = nanoTime;
            return this;
        }

        /** Sets the payload: of which kind and type it is, and its size in bytes. */
        public Builder payload(@Nullable MessageKind kind, String messageType, int bytes) {
            this.kind = kind;
            this.messageType = messageType;
            this.bytes = bytes;
            return this;
        }

        /** Sets the conversation, and the message during whose handling this one was sent. */
        public Builder conversation(@Nullable String correlationId, @Nullable MessageId causationId) {
            this.correlationId = correlationId;
            this.causationId = causationId;
            return this;
        }

        /** Sets who sent the message and who received it. */
        public Builder between(String from, String to) {
            this.from = from;
            this.to = to;
            return this;
        }

        /** Sets which attempt this was, from 1. */
        public Builder attempt(int number) {
            this.attempt = number;
            return this;
        }

        /** Sets how long it took. */
        public Builder elapsedNanos(long nanos) {
            this.elapsedNanos = nanos;
            return this;
        }

        /** Sets how many messages it stands for. */
        public Builder weight(int messages) {
            this.weight = messages;
            return this;
        }

        /** Sets what went wrong. */
        public Builder detail(@Nullable String text) {
            this.detail = text;
            return this;
        }

        /** Makes the step. */
        public MessageFlow build() {
            return new MessageFlow(
                    step,
                    at,
                    nanoTime,
                    channel,
                    style,
                    kind,
                    messageType,
                    id,
                    correlationId == null ? id.toString() : correlationId,
                    causationId,
                    from,
                    to,
                    attempt,
                    elapsedNanos,
                    bytes,
                    weight,
                    detail);
        }
    }
}
