package io.parley.internal;

import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.discovery.Instance;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Command;
import io.parley.message.Document;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.message.PeerName;
import io.parley.time.Deadline;
import io.parley.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** From what came over the wire to what the application sees. Stateless. */
final class Inbound {

    private static final String NO_CONTENT_TYPE = "application/octet-stream";

    private Inbound() {}

    static <T> Message<T> message(WireMessage message, Codec codec, Class<T> type, Core core, @Nullable Instance from) {
        PeerName sender = from == null ? null : new PeerName(from.service(), from.name());
        Headers headers = headers(message, sender, core.time);
        return message(message, headers, decode(message, codec, type));
    }

    static <T> Message<T> message(WireMessage message, Headers headers, T payload) {
        String name = message.name == null ? "" : message.name;
        return switch (message.form) {
            case WireMessage.COMMAND -> new Command<>(headers, name, payload);
            case WireMessage.EVENT ->
                new Event<>(headers, name, message.aggregate == null ? Aggregate.NONE : message.aggregate, payload);
            default -> new Document<>(headers, payload);
        };
    }

    /** The deadline counts from now: call this as soon as the message arrives. */
    static Headers headers(WireMessage message, @Nullable PeerName sender, TimeSource time) {
        var headers = Headers.builder()
                .id(message.id)
                .correlationId(message.correlation)
                .causationId(message.causation)
                .replyTo(message.returnAddress)
                .contentType(message.contentType == null ? NO_CONTENT_TYPE : message.contentType)
                .messageType(message.type)
                .sender(message.sender != null ? message.sender : sender)
                .key(message.key)
                .traceparent(message.traceparent)
                .tracestate(message.tracestate)
                .putAll(message.headers);
        if (message.remaining >= 0) {
            headers.deadline(Deadline.after(Duration.ofMillis(message.remaining), time));
        }
        return headers.build();
    }

    /** @throws CodecException if the payload is not what {@code codec} takes, whatever the codec throws */
    static <T> T decode(WireMessage message, Codec codec, Class<T> type) {
        String contentType = message.contentType == null ? NO_CONTENT_TYPE : message.contentType;
        if (!codec.accepts(contentType)) {
            throw new CodecException("the content type is " + contentType + ", expected " + codec.contentType());
        }
        try {
            return codec.decode(message.octets, message.payloadOffset, message.payloadLength, type);
        } catch (CodecException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // Errors too: what came over the wire may be nested so deep that the stack does not hold it.
            throw new CodecException("the codec failed: " + e, e);
        }
    }
}
