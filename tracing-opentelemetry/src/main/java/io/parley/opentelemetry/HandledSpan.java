package io.parley.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.parley.failure.HandlerFault;
import io.parley.observe.Tracing;
import org.jspecify.annotations.Nullable;

/** The span around a handler: current while that runs, ended when it is done. Used by one thread at a time. */
final class HandledSpan implements Tracing.Handled {

    private final Span span;
    private final Scope scope;

    HandledSpan(Span span, Scope scope) {
        this.span = span;
        this.scope = scope;
    }

    @Override
    public void onReturn() {
        scope.close();
    }

    @Override
    public void onEnd(@Nullable Throwable failure) {
        if (failure instanceof HandlerFault fault) {
            // It is an answer like any other: who asked needs its code, nobody its stack.
            fail(fault.code(), failure);
        } else if (failure != null) {
            span.recordException(failure);
            fail(failure.getClass().getName(), failure);
        }
        span.end();
    }

    private void fail(String type, Throwable failure) {
        String message = failure.getMessage();
        span.setAttribute(OpenTelemetryTracing.ERROR_TYPE, type);
        span.setStatus(StatusCode.ERROR, message == null ? "" : message);
    }
}
