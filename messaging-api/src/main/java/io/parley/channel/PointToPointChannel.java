package io.parley.channel;

import java.util.Objects;

/**
 * A channel of which each message reaches one instance of the service that owns it, with no answer. Immutable.
 *
 * @param <T> the payload
 */
public record PointToPointChannel<T>(ChannelName name, Class<T> type) implements Channel {

    public PointToPointChannel {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** @throws IllegalArgumentException if {@code name} is no {@link ChannelName} */
    public static <T> PointToPointChannel<T> of(String name, Class<T> type) {
        return new PointToPointChannel<>(ChannelName.parse(name), type);
    }

    /** The channel of this name on which every message is answered. */
    public <A> RequestChannel<T, A> withReply(Class<A> replyType) {
        return new RequestChannel<>(name, type, replyType);
    }

    @Override
    public InteractionStyle style() {
        return InteractionStyle.ONE_WAY;
    }
}
