package io.parley.internal;

import io.parley.channel.ChannelName;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.TooLargeException;
import io.parley.failure.UnencodableException;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Command;
import io.parley.message.Event;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;

/** From what the application hands over to what goes over the wire, for one channel. Thread-safe. */
final class Outbound<T> {

    private final Core core;
    private final ChannelName channel;
    private final String channelText;
    private final Class<T> type;
    private final Codec codec;

    Outbound(Core core, ChannelName channel, Class<T> type) {
        this.core = core;
        this.channel = channel;
        this.channelText = channel.toString();
        this.type = type;
        this.codec = core.codecFor(type);
    }

    ChannelName channel() {
        return channel;
    }

    /** A command named after the channel, which is what is sent if the caller names no form. */
    Command<T> command(T payload) {
        return Message.command(channel.name(), payload);
    }

    /**
     * @throws UnencodableException if the payload cannot be encoded
     * @throws TooLargeException if it is beyond this peer's own limit
     */
    WireMessage encode(EnvelopeKind kind, Message<T> message) {
        core.requireMaySend();
        var encoded = new WireMessage(kind, core.nextId());
        encoded.channel = channelText;
        fillForm(encoded, message);
        HandlingContext.fill(
                encoded, message.headers(), core.settings.environment().random());
        encoded.type = message.headers().messageType().orElseGet(() -> typeName(message.payload(), type));
        encoded.contentType = message.headers().contentType().orElse(codec.contentType());
        byte[] payload = encodePayload(message.payload());
        int most = core.settings.limits().maxMessageBytes();
        if (payload.length > most) {
            throw new TooLargeException(
                    "The message for " + channel + " takes " + payload.length + " bytes; at most " + most + " will do");
        }
        return encoded.payload(payload);
    }

    private static <T> void fillForm(WireMessage encoded, Message<T> message) {
        if (message instanceof Command<T> command) {
            encoded.form = WireMessage.COMMAND;
            encoded.name = command.operation();
        } else if (message instanceof Event<T> event) {
            encoded.form = WireMessage.EVENT;
            encoded.name = event.name().isEmpty() ? null : event.name();
            encoded.aggregate = event.aggregate().equals(Aggregate.NONE) ? null : event.aggregate();
        }
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
            throw new UnencodableException("The payload for " + channel + " cannot be encoded: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            // Errors too: a payload that holds itself overflows the stack.
            throw new UnencodableException("The codec for " + channel + " failed: " + e, e);
        }
    }
}
