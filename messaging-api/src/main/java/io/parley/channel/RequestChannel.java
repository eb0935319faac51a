package io.parley.channel;

import java.util.Objects;

/**
 * A channel of which each message reaches one instance of the service that owns it and is answered by it. Immutable.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
public record RequestChannel<Q, A>(ChannelName name, Class<Q> type, Class<A> replyType) implements Channel {

    public RequestChannel {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(replyType, "replyType");
    }

    @Override
    public InteractionStyle style() {
        return InteractionStyle.REQUEST;
    }
}
