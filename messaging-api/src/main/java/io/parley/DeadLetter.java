package io.parley;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.codec.CodecException;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.message.Headers;

/**
 * A message that failed with nobody waiting for its outcome. Immutable, but for the arrays in it.
 *
 * @param headers as far as they could be told
 * @param payload its bytes; empty where they are not at hand any more
 * @param cause what went wrong
 */
public record DeadLetter(
        ChannelName channel, InteractionStyle style, Headers headers, byte[] payload, Exception cause) {

    /**
     * What has become of the message: {@link Outcome#UNKNOWN} if it may or may not have been handled, {@link Outcome#NOT_SENT} or
     * {@link Outcome#REFUSED} if its handling did not begin, {@link Outcome#FAULTED} if its handler failed.
     */
    public Outcome outcome() {
        if (cause instanceof MessagingException failure) {
            return failure.outcome();
        }
        return cause instanceof CodecException ? Outcome.REFUSED : Outcome.FAULTED;
    }
}
