package io.parley.message;

import java.util.Objects;

/** A message that is plain data; the receiver decides what to make of it. Replies are documents. Immutable. */
public record Document<T>(Headers headers, T payload) implements Message<T> {

    public Document {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(payload, "payload");
    }

    @Override
    public Document<T> withHeaders(Headers headers) {
        return new Document<>(headers, payload);
    }
}
