package io.parley.internal.dispatch;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.TooLargeException;
import io.parley.failure.UnencodableException;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.runtime.HandlingContext;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.TracedMessage;
import io.parley.internal.runtime.Traces;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Command;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From what the application hands over to what goes over the wire, for one channel. Thread-safe. */
public final class MessageEncoding<T> {

    private final PeerContext core;
    private final ChannelName channel;
    private final Class<T> type;
    /** The type's own, as most payloads are of exactly that: to ask a class each time took a fifteenth of the sending thread. */
    private final String typeName;

    private final Codec codec;
    private final SharedFields plain;
    /** Null where nobody traces. */
    private final @Nullable Traces traces;

    /** That of the latest message, which the next one's is most likely to be like. */
    private volatile SharedFields head;

    /** @param kind what is sent: with a return address, if it is answered */
    public MessageEncoding(PeerContext core, ChannelName channel, Class<T> type, EnvelopeKind kind) {
        this.core = core;
        this.channel = channel;
        this.type = type;
        typeName = type.getSimpleName();
        this.codec = core.codecFor(type);
        boolean answered = kind == EnvelopeKind.REQUEST || kind == EnvelopeKind.SURVEY;
        plain = SharedFields.of(kind)
                .on(channel.toString())
                .of(typeName, codec.contentType())
                .returnTo(answered ? core.name : null);
        head = plain;
        traces = channel.isReserved() ? null : core.traces;
    }

    public ChannelName channel() {
        return channel;
    }

    /**
     * A command named after the channel, which is what is sent if the caller names no form.
     *
     * @throws UnencodableException if the payload cannot be encoded
     * @throws TooLargeException if it is beyond this peer's own limit
     */
    public WireMessage command(T payload) {
        return encode(MessageForm.COMMAND, channel.name(), Headers.none(), payload);
    }

    /** The same for a message whose form the caller has named. */
    public WireMessage encode(Message<T> message) {
        if (message instanceof Command<T> command) {
            return encode(MessageForm.COMMAND, command.operation(), command.headers(), command.payload());
        } else if (message instanceof Event<T> event) {
            String name = event.name().isEmpty() ? null : event.name();
            WireMessage encoded = encode(MessageForm.EVENT, name, event.headers(), event.payload());
            if (!event.aggregate().equals(Aggregate.NONE)) {
                encoded.details().aggregate = event.aggregate();
            }
            return encoded;
        }
        return encode(MessageForm.DOCUMENT, null, message.headers(), message.payload());
    }

    private WireMessage encode(int form, @Nullable String name, Headers headers, T payload) {
        core.requireMaySend();
        SharedFields said = headFor(form, name, headers, payload);
        WireMessage encoded =
                traces == null ? new WireMessage(said, core.nextId()) : new TracedMessage(said, core.nextId());
        HandlingContext.fill(encoded, headers, core);
        byte[] octets = encodePayload(payload);
        int most = core.config.limits().maxMessageBytes();
        if (octets.length > most) {
            throw new TooLargeException(
                    "The message for " + channel + " takes " + octets.length + " bytes; at most " + most + " will do");
        }
        encoded.payload(octets);
        if (traces != null && encoded instanceof TracedMessage traced) {
            traces.follow(traced, channel, style());
        }
        return encoded;
    }

    private InteractionStyle style() {
        return switch (plain.kind()) {
            case REQUEST -> InteractionStyle.REQUEST;
            case EVENT -> InteractionStyle.PUBLISH;
            case SURVEY -> InteractionStyle.SURVEY;
            default -> InteractionStyle.ONE_WAY;
        };
    }

    private SharedFields headFor(int form, @Nullable String name, Headers headers, T payload) {
        String named = headers.messageType().orElse(null);
        if (named == null) {
            named = payload.getClass() == type ? typeName : typeName(payload, type);
        }
        String contentType = headers.contentType().orElse(codec.contentType());
        SharedFields known = head;
        if (known.form() == form
                && Objects.equals(known.name(), name)
                && named.equals(known.type())
                && contentType.equals(known.contentType())) {
            return known;
        }
        SharedFields made = plain.as(form, name).of(named, contentType);
        head = made;
        return made;
    }

    /** The simple name of the payload's class, or of the channel's type if that has none, as an anonymous class. */
    static <T> String typeName(T payload, Class<T> type) {
        String name = payload.getClass().getSimpleName();
        return name.isEmpty() ? type.getSimpleName() : name;
    }

    private byte[] encodePayload(T payload) {
        try {
            return codec.encode(payload);
        } catch (CodecException e) {
            throw new UnencodableException(
                    "The payload for " + channel + " cannot be encoded: " + ThrowableText.messageOrName(e), e);
        } catch (Throwable e) {
            // Errors too: a payload that holds itself overflows the stack.
            throw new UnencodableException("The codec for " + channel + " failed: " + ThrowableText.describe(e), e);
        }
    }
}
