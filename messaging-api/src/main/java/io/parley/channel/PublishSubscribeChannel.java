package io.parley.channel;

import java.util.Objects;

/**
 * A channel on which the service that owns it publishes to whoever has subscribed. Immutable.
 *
 * @param <T> the payload
 */
public record PublishSubscribeChannel<T>(ChannelName name, Class<T> type) implements Channel {

    public PublishSubscribeChannel {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** @throws IllegalArgumentException if {@code name} is no {@link ChannelName} */
    public static <T> PublishSubscribeChannel<T> of(String name, Class<T> type) {
        return new PublishSubscribeChannel<>(ChannelName.parse(name), type);
    }

    /** The channel of this name on which every subscriber may answer. */
    public <A> SurveyChannel<T, A> withResponses(Class<A> responseType) {
        return new SurveyChannel<>(name, type, responseType);
    }

    @Override
    public InteractionStyle style() {
        return InteractionStyle.PUBLISH;
    }
}
