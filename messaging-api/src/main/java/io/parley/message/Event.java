package io.parley.message;

import java.util.Objects;

/**
 * A message that tells of something that happened. Immutable.
 *
 * @param name what happened, and the subject that subscribers filter by; may be empty
 * @param aggregate what it happened to
 */
public record Event<T>(Headers headers, String name, Aggregate aggregate, T payload) implements Message<T> {

    public Event {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(aggregate, "aggregate");
        Objects.requireNonNull(payload, "payload");
    }

    @Override
    public Event<T> withHeaders(Headers headers) {
        return new Event<>(headers, name, aggregate, payload);
    }
}
