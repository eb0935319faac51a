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
    private final @Nullable Deadline deadline;
    private final Common common;
    private final Rare rare;

    /** What all messages of an endpoint are likely to have in common, and then share. */
    private record Common(
            @Nullable PeerName replyTo,
            @Nullable String contentType,
            @Nullable String messageType,
            @Nullable PeerName sender) {

        static final Common NONE = new Common(null, null, null, null);
    }

    /** What few messages have. */
    private record Rare(
            @Nullable String key,
            @Nullable String traceparent,
            @Nullable String tracestate,
            Map<String, String> application) {

        static final Rare NONE = new Rare(null, null, null, Map.of());
    }

    private Headers(Builder builder) {
        id = builder.id;
        correlationId = builder.correlationId;
        first = builder.first;
        causationId = builder.causationId;
        deadline = builder.deadline;
        common = builder.common;
        rare = builder.rare();
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
                .traceparent(cause.rare.traceparent)
                .tracestate(cause.rare.tracestate);
    }

    /** A builder that starts with these headers. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.id = id;
        builder.correlationId = correlationId;
        builder.first = first;
        builder.causationId = causationId;
        builder.deadline = deadline;
        builder.common = common;
        builder.rare = rare;
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
        return Optional.ofNullable(common.replyTo);
    }

    /** When the message ceases to be of use. Work whose deadline has passed is not begun. */
    public Optional<Deadline> deadline() {
        return Optional.ofNullable(deadline);
    }

    public Optional<String> contentType() {
        return Optional.ofNullable(common.contentType);
    }

    /** The name of the payload's type, by default the simple name of its class. For people and tools; decoding ignores it. */
    public Optional<String> messageType() {
        return Optional.ofNullable(common.messageType);
    }

    public Optional<PeerName> sender() {
        return Optional.ofNullable(common.sender);
    }

    /** What the message is about, for those who order or distribute by it. */
    public Optional<String> key() {
        return Optional.ofNullable(rare.key);
    }

    /** The W3C trace context's {@code traceparent}. */
    public Optional<String> traceparent() {
        return Optional.ofNullable(rare.traceparent);
    }

    /** The W3C trace context's {@code tracestate}. */
    public Optional<String> tracestate() {
        return Optional.ofNullable(rare.tracestate);
    }

    /** The application's own headers, in the order in which they were set. */
    public Map<String, String> application() {
        return rare.application;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that
                && Objects.equals(id, that.id)
                && Objects.equals(correlationId(), that.correlationId())
                && Objects.equals(causationId, that.causationId)
                && Objects.equals(deadline, that.deadline)
                && common.equals(that.common)
                && rare.equals(that.rare);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, correlationId, rare);
    }

    @Override
    public String toString() {
        return "Headers[id=" + id + ", correlationId=" + correlationId().orElse(null) + ", messageType="
                + common.messageType + ", sender=" + common.sender + ", application=" + rare.application + ']';
    }

    /** Collects headers. Setting a header to null leaves it out. Not thread-safe. */
    public static final class Builder {

        private @Nullable MessageId id;
        private @Nullable String correlationId;
        private @Nullable MessageId first;
        private @Nullable MessageId causationId;
        private @Nullable Deadline deadline;
        private Common common = Common.NONE;
        private Rare rare = Rare.NONE;
        /** Those set here, and before them those of {@link #rare}; null if none were set here. */
        private @Nullable Map<String, String> application;

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
            common = new Common(replyTo, common.contentType, common.messageType, common.sender);
            return this;
        }

        public Builder deadline(@Nullable Deadline deadline) {
            this.deadline = deadline;
            return this;
        }

        /** For channels of {@code byte[]} and {@code String}; elsewhere the codec knows. */
        public Builder contentType(@Nullable String contentType) {
            common = new Common(common.replyTo, contentType, common.messageType, common.sender);
            return this;
        }

        public Builder messageType(@Nullable String messageType) {
            common = new Common(common.replyTo, common.contentType, messageType, common.sender);
            return this;
        }

        /** Set by the sending peer; what an application sets here is replaced. */
        public Builder sender(@Nullable PeerName sender) {
            common = new Common(common.replyTo, common.contentType, common.messageType, sender);
            return this;
        }

        public Builder key(@Nullable String key) {
            rare = new Rare(key, rare.traceparent, rare.tracestate, rare.application);
            return this;
        }

        public Builder traceparent(@Nullable String traceparent) {
            rare = new Rare(rare.key, traceparent, rare.tracestate, rare.application);
            return this;
        }

        public Builder tracestate(@Nullable String tracestate) {
            rare = new Rare(rare.key, rare.traceparent, tracestate, rare.application);
            return this;
        }

        /** A header of the application's own. The name takes 1 to 255 bytes in UTF-8. */
        public Builder put(String name, String value) {
            if (application == null) {
                application = new LinkedHashMap<>(rare.application);
            }
            application.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        public Builder putAll(Map<String, String> headers) {
            headers.forEach(this::put);
            return this;
        }

        private Rare rare() {
            return application == null
                    ? rare
                    : new Rare(
                            rare.key,
                            rare.traceparent,
                            rare.tracestate,
                            Collections.unmodifiableMap(new LinkedHashMap<>(application)));
        }

        public Headers build() {
            return new Headers(this);
        }
    }
}
