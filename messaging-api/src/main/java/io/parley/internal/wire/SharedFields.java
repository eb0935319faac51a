package io.parley.internal.wire;

import io.parley.message.PeerName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What messages that follow each other have in common: all that an endpoint says alike of each. Those who send keep one for all their
 * messages; of those that arrive, all that repeat each other share one.
 *
 * <p>Immutable.
 */
public final class SharedFields {

    private final EnvelopeKind kind;
    private final int form;
    private final @Nullable String channel;
    private final @Nullable String type;
    private final @Nullable String contentType;
    private final @Nullable String name;
    private final @Nullable PeerName returnAddress;
    private final @Nullable PeerName sender;
    private final int hash;

    /** @param form {@link MessageForm#DOCUMENT}, {@link MessageForm#COMMAND} or {@link MessageForm#EVENT} */
    public SharedFields(
            EnvelopeKind kind,
            int form,
            @Nullable String channel,
            @Nullable String type,
            @Nullable String contentType,
            @Nullable String name,
            @Nullable PeerName returnAddress,
            @Nullable PeerName sender) {
        this.kind = kind;
        this.form = form;
        this.channel = channel;
        this.type = type;
        this.contentType = contentType;
        this.name = name;
        this.returnAddress = returnAddress;
        this.sender = sender;
        hash = Objects.hash(kind.code(), form, channel, type, contentType, name, returnAddress, sender);
    }

    /** A document with nothing said of it. */
    public static SharedFields of(EnvelopeKind kind) {
        return new SharedFields(kind, MessageForm.DOCUMENT, null, null, null, null, null, null);
    }

    /** The same, on a channel. */
    public SharedFields on(String channel) {
        return new SharedFields(kind, form, channel, type, contentType, name, returnAddress, sender);
    }

    /** The same, in another form and of another name. */
    public SharedFields as(int form, @Nullable String name) {
        return new SharedFields(kind, form, channel, type, contentType, name, returnAddress, sender);
    }

    /** The same, with other types. */
    public SharedFields of(@Nullable String type, @Nullable String contentType) {
        return new SharedFields(kind, form, channel, type, contentType, name, returnAddress, sender);
    }

    /** The same, from somebody who awaits the answer. */
    public SharedFields returnTo(@Nullable PeerName returnAddress) {
        return new SharedFields(kind, form, channel, type, contentType, name, returnAddress, sender);
    }

    /** The same, from somebody else than whose link or feed it is on. */
    public SharedFields from(@Nullable PeerName sender) {
        return new SharedFields(kind, form, channel, type, contentType, name, returnAddress, sender);
    }

    public EnvelopeKind kind() {
        return kind;
    }

    public int form() {
        return form;
    }

    public @Nullable String channel() {
        return channel;
    }

    public @Nullable String type() {
        return type;
    }

    public @Nullable String contentType() {
        return contentType;
    }

    public @Nullable String name() {
        return name;
    }

    /** What subscribers filter by: an event's name, if it has one. */
    public String subject() {
        return form == MessageForm.EVENT && name != null ? name : "";
    }

    public @Nullable PeerName returnAddress() {
        return returnAddress;
    }

    public @Nullable PeerName sender() {
        return sender;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof SharedFields that
                        && hash == that.hash
                        && kind == that.kind
                        && form == that.form
                        && Objects.equals(channel, that.channel)
                        && Objects.equals(type, that.type)
                        && Objects.equals(contentType, that.contentType)
                        && Objects.equals(name, that.name)
                        && Objects.equals(returnAddress, that.returnAddress)
                        && Objects.equals(sender, that.sender));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return kind + " on " + channel;
    }
}
