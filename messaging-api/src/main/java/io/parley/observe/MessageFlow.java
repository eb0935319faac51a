package io.parley.observe;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
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
        Style style,
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

    /** The same, standing for so many messages. */
    public MessageFlow weighing(int messages) {
        return messages == weight
                ? this
                : new MessageFlow(
                        step,
                        at,
                        nanoTime,
                        channel,
                        style,
                        kind,
                        messageType,
                        id,
                        correlationId,
                        causationId,
                        from,
                        to,
                        attempt,
                        elapsedNanos,
                        bytes,
                        messages,
                        detail);
    }
}
