package io.parley.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.parley.channel.InteractionStyle;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.Tracing;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The span of a message on its sender's side: it ends with the step that settles the message. Thread-safe. */
final class SentSpan implements Tracing.Sent {

    private static final AttributeKey<Long> SIZE = AttributeKey.longKey("messaging.message.body.size");
    private static final AttributeKey<String> RECEIVER = AttributeKey.stringKey("messaging.parley.receiver");

    private final Span span;
    private final InteractionStyle style;
    private final @Nullable String traceparent;
    private final @Nullable String tracestate;

    SentSpan(Span span, InteractionStyle style, @Nullable String traceparent, @Nullable String tracestate) {
        this.span = span;
        this.style = style;
        this.traceparent = traceparent;
        this.tracestate = tracestate;
    }

    @Override
    public @Nullable String traceparent() {
        return traceparent;
    }

    @Override
    public @Nullable String tracestate() {
        return tracestate;
    }

    @Override
    public void onStep(MessageFlow step) {
        if (!span.isRecording()) {
            return;
        }
        if (!isLast(step.step())) {
            span.addEvent(name(step.step()));
            return;
        }
        span.setAttribute(SIZE, (long) step.bytes());
        span.setAttribute(RECEIVER, step.to());
        if (step.step().isTrouble()) {
            String detail = step.detail();
            span.setAttribute(OpenTelemetryTracing.ERROR_TYPE, name(step.step()));
            span.setStatus(StatusCode.ERROR, detail == null ? "" : detail);
        }
        span.end();
    }

    /** A request waits for its answer; anything else is done with once it has been sent. */
    private boolean isLast(FlowStep step) {
        return switch (step) {
            case SENT -> style != InteractionStyle.REQUEST;
            case ANSWERED, FAULTED, REFUSED, TIMED_OUT, LINK_LOST, DROPPED -> true;
            default -> false;
        };
    }

    private static String name(FlowStep step) {
        return step.name().toLowerCase(Locale.ROOT);
    }
}
