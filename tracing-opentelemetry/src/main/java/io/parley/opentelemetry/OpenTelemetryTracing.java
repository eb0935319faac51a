package io.parley.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.message.Headers;
import io.parley.observe.Tracing;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of messages. Give it to {@link io.parley.PeerBuilder#tracing}; several peers may share it.
 *
 * <ul>
 *   <li>A request is a CLIENT span where it is made, until its outcome is known, and a SERVER span around its handler, which is the
 *       other's child.
 *   <li>What is sent one-way, published or asked in a survey is a PRODUCER span until it has been sent, and a CONSUMER span around each of its
 *       handlers.
 * </ul>
 *
 * <p>The parent of what is sent is the span that is current then, or else the one that the message's own {@code traceparent} names. Within a
 * handler its span is current, in the thread that runs it. Attributes follow OpenTelemetry's conventions for messaging. The context goes over
 * the wire as W3C trace context, whatever propagators are configured.
 *
 * <p>Thread-safe.
 */
public final class OpenTelemetryTracing implements Tracing {

    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> ID = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<String> CONVERSATION =
            AttributeKey.stringKey("messaging.message.conversation_id");
    private static final AttributeKey<String> MESSAGE_TYPE = AttributeKey.stringKey("messaging.parley.message_type");
    private static final AttributeKey<String> SENDER = AttributeKey.stringKey("messaging.parley.sender");

    private static final String TRACEPARENT = "traceparent";
    private static final String TRACESTATE = "tracestate";

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;

    private OpenTelemetryTracing(Tracer tracer) {
        this.tracer = tracer;
    }

    /** A tracing that makes its spans with {@code openTelemetry}, under the name {@code io.parley}. */
    public static OpenTelemetryTracing of(OpenTelemetry openTelemetry) {
        return new OpenTelemetryTracing(
                Objects.requireNonNull(openTelemetry, "openTelemetry").getTracer("io.parley"));
    }

    @Override
    public Sent onSending(ChannelName channel, InteractionStyle style, Headers headers) {
        Context parent = Context.current();
        if (!Span.fromContext(parent).getSpanContext().isValid()) {
            parent = W3C.extract(parent, headers, Carried.INSTANCE);
        }
        SpanKind kind = style == InteractionStyle.REQUEST ? SpanKind.CLIENT : SpanKind.PRODUCER;
        Span span = span(operation(style), "send", kind, channel, headers, parent);
        Map<String, String> context = new HashMap<>();
        W3C.inject(parent.with(span), context, (to, key, value) -> Objects.requireNonNull(to)
                .put(key, value));
        return new SentSpan(span, style, context.get(TRACEPARENT), context.get(TRACESTATE));
    }

    @Override
    @SuppressWarnings(
            "MustBeClosedChecker") // the scope is closed by Handled.onReturn, which the same thread calls when the
    // handler returns
    public Handled onHandling(ChannelName channel, InteractionStyle style, Headers headers) {
        Context parent = W3C.extract(Context.root(), headers, Carried.INSTANCE);
        SpanKind kind = style == InteractionStyle.REQUEST ? SpanKind.SERVER : SpanKind.CONSUMER;
        Span span = span("process", "process", kind, channel, headers, parent);
        return new HandledSpan(span, parent.with(span).makeCurrent());
    }

    private Span span(
            String operation, String type, SpanKind kind, ChannelName channel, Headers headers, Context parent) {
        SpanBuilder builder = tracer.spanBuilder(operation + ' ' + channel)
                .setParent(parent)
                .setSpanKind(kind)
                .setAttribute(SYSTEM, "parley")
                .setAttribute(OPERATION, operation)
                .setAttribute(OPERATION_TYPE, type)
                .setAttribute(DESTINATION, channel.toString());
        headers.id().ifPresent(id -> builder.setAttribute(ID, id.toString()));
        headers.correlationId().ifPresent(id -> builder.setAttribute(CONVERSATION, id));
        headers.messageType().ifPresent(name -> builder.setAttribute(MESSAGE_TYPE, name));
        headers.sender().ifPresent(sender -> builder.setAttribute(SENDER, sender.toString()));
        return builder.startSpan();
    }

    private static String operation(InteractionStyle style) {
        return switch (style) {
            case ONE_WAY -> "send";
            case REQUEST -> "request";
            case PUBLISH -> "publish";
            case SURVEY -> "survey";
        };
    }

    /** Reads the trace context that a message carries. What is malformed counts as none. Stateless. */
    private enum Carried implements TextMapGetter<Headers> {
        INSTANCE;

        @Override
        public @Nullable String get(@Nullable Headers headers, String key) {
            if (headers == null) {
                return null;
            }
            return switch (key) {
                case TRACEPARENT -> headers.traceparent().orElse(null);
                case TRACESTATE -> headers.tracestate().orElse(null);
                default -> null;
            };
        }
    }
}
