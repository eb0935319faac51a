package io.parley.message;

import io.parley.time.Deadline;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a message carries besides its payload.
 *
 * <p>A sender sets what it cares for (a key, a correlation id, headers of its own) and leaves the rest; the peer fills in the
 * others on the way out. On a received message {@link #id()}, {@link #correlationId()}, {@link #contentType()}
 * and {@link #sender()} are always there.
 *
 * <p>Immutable.
 */
public final class Headers {

    private static final Headers NONE = new Builder().build();

    private final @Nullable MessageId id;
    private final @Nullable String correlationId;
    /** The message that began the conversation, if no correlation id was given and this one did not. */
    private final @Nullable MessageId first;

    private final @Nullable MessageId causationId;
    private final @Nullable PeerName replyTo;
    private final @Nullable Deadline deadline;
    private final @Nullable String contentType;
    private final @Nullable String messageType;
    private final @Nullable PeerName sender;
    private final @Nullable String key;
    private final @Nullable String traceparent;
    private final @Nullable String tracestate;
    private final Map<String, String> application;

    private Headers(Builder builder) {
        id = builder.id;
        correlationId = builder.correlationId;
        first = builder.first;
        causationId = builder.causationId;
        replyTo = builder.replyTo;
        deadline = builder.deadline;
        contentType = builder.contentType;
        messageType = builder.messageType;
        sender = builder.sender;
        key = builder.key;
        traceparent = builder.traceparent;
        tracestate = builder.tracestate;
        application = builder.application.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(builder.application));
    }

    /** Headers with nothing set: the peer fills in what a message needs. */
    public static Headers none() {
        return NONE;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Headers for a message that {@code cause} gave rise to: the same correlation id and trace, the cause's id as causation
     * id, its deadline. A message sent from within a handler gets these by itself; this is for work that went on elsewhere.
     */
    public static Builder causedBy(Headers cause) {
        return new Builder()
                .correlationId(cause.correlationId().orElse(null))
                .causationId(cause.id)
                .deadline(cause.deadline)
                .traceparent(cause.traceparent)
                .tracestate(cause.tracestate);
    }

    /** A builder that starts with these headers. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.id = id;
        builder.correlationId = correlationId;
        builder.first = first;
        builder.causationId = causationId;
        builder.replyTo = replyTo;
        builder.deadline = deadline;
        builder.contentType = contentType;
        builder.messageType = messageType;
        builder.sender = sender;
        builder.key = key;
        builder.traceparent = traceparent;
        builder.tracestate = tracestate;
        builder.putAll(application);
        return builder;
    }

    /** Present on every message that has been sent or received. */
    public Optional<MessageId> id() {
        return Optional.ofNullable(id);
    }

    /** What ties a conversation together: by default the id of the message that began it. */
    public Optional<String> correlationId() {
        if (correlationId != null) {
            return Optional.of(correlationId);
        }
        return Optional.ofNullable(first != null ? first : id).map(MessageId::toString);
    }

    /** The message whose handling gave rise to this one. */
    public Optional<MessageId> causationId() {
        return Optional.ofNullable(causationId);
    }

    /** The return address of a request or a survey: who awaits the answer. */
    public Optional<PeerName> replyTo() {
        return Optional.ofNullable(replyTo);
    }

    /** When the message ceases to be of use. Work whose deadline has passed is not begun. */
    public Optional<Deadline> deadline() {
        return Optional.ofNullable(deadline);
    }

    public Optional<String> contentType() {
        return Optional.ofNullable(contentType);
    }

    /** The name of the payload's type, by default the simple name of its class. For people and tools; decoding ignores it. */
    public Optional<String> messageType() {
        return Optional.ofNullable(messageType);
    }

    public Optional<PeerName> sender() {
        return Optional.ofNullable(sender);
    }

    /** What the message is about, for those who order or distribute by it. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** The W3C trace context's {@code traceparent}. */
    public Optional<String> traceparent() {
        return Optional.ofNullable(traceparent);
    }

    /** The W3C trace context's {@code tracestate}. */
    public Optional<String> tracestate() {
        return Optional.ofNullable(tracestate);
    }

    /** The application's own headers, in the order in which they were set. */
    public Map<String, String> application() {
        return application;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that
                && Objects.equals(id, that.id)
                && Objects.equals(correlationId(), that.correlationId())
                && Objects.equals(causationId, that.causationId)
                && Objects.equals(replyTo, that.replyTo)
                && Objects.equals(deadline, that.deadline)
                && Objects.equals(contentType, that.contentType)
                && Objects.equals(messageType, that.messageType)
                && Objects.equals(sender, that.sender)
                && Objects.equals(key, that.key)
                && Objects.equals(traceparent, that.traceparent)
                && Objects.equals(tracestate, that.tracestate)
                && application.equals(that.application);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, correlationId, key, application);
    }

    @Override
    public String toString() {
        return "Headers[id=" + id + ", correlationId=" + correlationId().orElse(null) + ", messageType=" + messageType
                + ", sender=" + sender + ", application=" + application + ']';
    }

    /** Collects headers. Setting a header to null leaves it out. Not thread-safe. */
    public static final class Builder {

        private @Nullable MessageId id;
        private @Nullable String correlationId;
        private @Nullable MessageId first;
        private @Nullable MessageId causationId;
        private @Nullable PeerName replyTo;
        private @Nullable Deadline deadline;
        private @Nullable String contentType;
        private @Nullable String messageType;
        private @Nullable PeerName sender;
        private @Nullable String key;
        private @Nullable String traceparent;
        private @Nullable String tracestate;
        private Map<String, String> application = Map.of();

        private Builder() {}

        /** Set by the sending peer; what an application sets here is replaced. */
        public Builder id(@Nullable MessageId id) {
            this.id = id;
            return this;
        }

        /** 1 to 255 bytes in UTF-8, checked when the message is sent, as for all texts here. */
        public Builder correlationId(@Nullable String correlationId) {
            this.correlationId = correlationId;
            return this;
        }

        /** The conversation that the message of this id began: its correlation id is this id as text, unless another one is set. */
        public Builder conversation(@Nullable MessageId first) {
            this.first = first;
            return this;
        }

        public Builder causationId(@Nullable MessageId causationId) {
            this.causationId = causationId;
            return this;
        }

        /** Set by the sending peer; what an application sets here is replaced. */
        public Builder replyTo(@Nullable PeerName replyTo) {
            this.replyTo = replyTo;
            return this;
        }

        public Builder deadline(@Nullable Deadline deadline) {
            this.deadline = deadline;
            return this;
        }

        /** For channels of {@code byte[]} and {@code String}; elsewhere the codec knows. */
        public Builder contentType(@Nullable String contentType) {
            this.contentType = contentType;
            return this;
        }

        public Builder messageType(@Nullable String messageType) {
            this.messageType = messageType;
            return this;
        }

        /** Set by the sending peer; what an application sets here is replaced. */
        public Builder sender(@Nullable PeerName sender) {
            this.sender = sender;
            return this;
        }

        public Builder key(@Nullable String key) {
            this.key = key;
            return this;
        }

        public Builder traceparent(@Nullable String traceparent) {
            this.traceparent = traceparent;
            return this;
        }

        public Builder tracestate(@Nullable String tracestate) {
            this.tracestate = tracestate;
            return this;
        }

        /** A header of the application's own. The name takes 1 to 255 bytes in UTF-8. */
        public Builder put(String name, String value) {
            if (application.isEmpty()) {
                application = new LinkedHashMap<>();
            }
            application.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        public Builder putAll(Map<String, String> headers) {
            headers.forEach(this::put);
            return this;
        }

        public Headers build() {
            return new Headers(this);
        }
    }
}
