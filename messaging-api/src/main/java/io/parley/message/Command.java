package io.parley.message;

import java.util.Objects;

/**
 * A message that asks for something to be done. Immutable.
 *
 * @param operation what to do
 * @param payload its arguments
 */
public record Command<T>(Headers headers, String operation, T payload) implements Message<T> {

    public Command {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(payload, "payload");
    }

    @Override
    public Command<T> withHeaders(Headers headers) {
        return new Command<>(headers, operation, payload);
    }
}
