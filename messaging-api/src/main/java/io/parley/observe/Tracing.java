package io.parley.observe;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.message.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Follows single messages across peers, for a tracing system: says which trace context a message carries, is told what becomes of it, and
 * stands around each handler. Give it to {@link io.parley.PeerBuilder#tracing}.
 *
 * <p>Must be thread-safe, quick and must not block, as everything that it answers. What it throws is reported to the peer's error handler and
 * does not disturb the traffic.
 */
public interface Tracing {

    /**
     * A message has been encoded and is about to be sent. Called in the sender's thread, once for each message.
     *
     * @param headers what it would carry if it were not traced
     * @return who follows it, or null if nobody does
     */
    @Nullable
    Sent onSending(ChannelName channel, InteractionStyle style, Headers headers);

    /**
     * A handler is about to have a message. Called in the handler's thread, once for each message and handler; a message that the peer refuses
     * is none of them.
     *
     * @param headers what the handler is given: above all, who sent the message and which trace context that one gave it
     * @return who follows it, or null if nobody does
     */
    @Nullable
    Handled onHandling(ChannelName channel, InteractionStyle style, Headers headers);

    /** Follows one message on its sender's side. */
    interface Sent {

        /** What the message is to carry as the W3C trace context's {@code traceparent}; null to leave it as it is. */
        @Nullable
        String traceparent();

        /** The {@code tracestate} beside that. What is longer than 512 bytes is left out. */
        @Nullable
        String tracestate();

        /** Told each step of the message that its sender sees, in no certain order if they follow closely upon each other. */
        void onStep(MessageFlow step);
    }

    /** Follows one message on its handler's side. */
    interface Handled {

        /** The handler has returned. Called in the thread in which it ran. */
        void onReturn();

        /**
         * The handler is done, with its stage as well if it answers by one. Called after {@link #onReturn}, in any thread.
         *
         * @param failure why it failed; null if it ended well
         */
        void onEnd(@Nullable Throwable failure);
    }
}
