package io.parley.observe;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.message.MessageId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of one message at one peer. Immutable.
 *
 * @param step what happened
 * @param at when, by the peer's wall clock
 * @param channel on which channel
 * @param style in which style of interaction
 * @param messageType the payload's type, as the sender named it
 * @param id the message; for an answer, the message that it answers
 * @param correlationId the conversation
 * @param from who sent the message, {@code service/instance}
 * @param to who received it, {@code service/instance}; for a message to many, the channel's name
 * @param elapsedNanos how long it took: for an answer since the question was sent, for handling since it began; 0 for steps that
 *     take no time
 * @param detail what went wrong, if something did
 */
public record FlowEvent(
        FlowStep step,
        Instant at,
        ChannelName channel,
        Style style,
        String messageType,
        MessageId id,
        String correlationId,
        String from,
        String to,
        long elapsedNanos,
        @Nullable String detail) {}
