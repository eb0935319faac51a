package io.parley.internal.convert;

import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Command;
import io.parley.message.Document;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.time.Deadline;
import io.parley.time.TimeSource;
import org.jspecify.annotations.Nullable;

/** From what came over the wire to what the application sees. Stateless. */
public final class MessageDecoding {

    private static final String NO_CONTENT_TYPE = "application/octet-stream";

    private MessageDecoding() {}

    /** An answer belongs to the conversation of its question, and was caused by that, without having to say so. */
    public static <T> Message<T> answer(
            WireMessage answer,
            WireMessage question,
            Codec codec,
            Class<T> type,
            TimeSource time,
            @Nullable PeerName from) {
        Deadline deadline = !answer.hasDeadline() ? null : Deadline.afterMillis(answer.remaining(), time);
        MessageId cause = answer.causation() != null ? answer.causation() : question.id;
        Headers headers = filled(answer, headersOf(answer.head, from), deadline)
                .correlationId(answer.correlation() != null ? answer.correlation() : question.correlation())
                .conversation(question.id)
                .causationId(cause)
                .build();
        return message(answer, headers, decode(answer, codec, type));
    }

    public static <T> Message<T> message(WireMessage message, Headers headers, T payload) {
        return switch (message.form()) {
            case MessageForm.COMMAND -> new Command<>(headers, textOf(message.name()), payload);
            case MessageForm.EVENT -> {
                Aggregate aggregate = message.aggregate();
                yield new Event<>(
                        headers, textOf(message.name()), aggregate == null ? Aggregate.NONE : aggregate, payload);
            }
            default -> new Document<>(headers, payload);
        };
    }

    public static Headers headers(WireMessage message, @Nullable PeerName sender, @Nullable Deadline deadline) {
        return headers(message, headersOf(message.head, sender), deadline);
    }

    /** @param ofHead what {@link #headersOf} made */
    public static Headers headers(WireMessage message, Headers ofHead, @Nullable Deadline deadline) {
        return filled(message, ofHead, deadline).build();
    }

    /** What a message's head says. */
    public static Headers headersOf(SharedFields head, @Nullable PeerName sender) {
        return Headers.builder()
                .replyTo(head.returnAddress())
                .contentType(contentType(head))
                .messageType(head.type())
                .sender(head.sender() != null ? head.sender() : sender)
                .build();
    }

    private static Headers.Builder filled(WireMessage message, Headers ofHead, @Nullable Deadline deadline) {
        var headers = ofHead.toBuilder().id(message.id).deadline(deadline);
        if (message.hasDetails()) {
            headers.correlationId(message.correlation())
                    .causationId(message.causation())
                    .key(message.key())
                    .traceparent(message.traceparent())
                    .tracestate(message.tracestate())
                    .putAll(message.applicationHeaders());
        }
        return headers;
    }

    /** @throws CodecException if the payload is not what {@code codec} takes, whatever the codec throws */
    public static <T> T decode(WireMessage message, Codec codec, Class<T> type) {
        try {
            String contentType = contentType(message.head);
            if (!codec.accepts(contentType)) {
                throw new CodecException("the content type is " + contentType + ", expected " + codec.contentType());
            }
            byte[] octets = message.octets();
            return codec.decode(octets, message.payloadOffset(), message.payloadLength(), type);
        } catch (CodecException e) {
            throw e;
        } catch (Throwable e) {
            // Errors too: what came over the wire may be nested so deep that the stack does not hold it.
            throw new CodecException("the codec failed: " + ThrowableText.describe(e), e);
        }
    }

    private static String contentType(SharedFields head) {
        String contentType = head.contentType();
        return contentType == null ? NO_CONTENT_TYPE : contentType;
    }

    private static String textOf(@Nullable String name) {
        return name == null ? "" : name;
    }
}
