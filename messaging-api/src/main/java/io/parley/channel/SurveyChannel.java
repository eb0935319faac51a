package io.parley.channel;

import java.util.Objects;

/**
 * A channel on which the service that owns it asks, and whoever has subscribed may answer (publish/async responses).
 * Immutable.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
public record SurveyChannel<Q, A>(ChannelName name, Class<Q> type, Class<A> responseType) implements Channel {

    public SurveyChannel {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(responseType, "responseType");
    }

    @Override
    public InteractionStyle style() {
        return InteractionStyle.SURVEY;
    }
}
