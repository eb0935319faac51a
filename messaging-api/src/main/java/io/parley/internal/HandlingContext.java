package io.parley.internal;

import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.time.Deadline;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The message whose handler runs on this thread, so that what is sent from within the handler continues its conversation, its
 * trace and its deadline. Kept by thread.
 */
final class HandlingContext {

    private static final ThreadLocal<@Nullable Headers> CURRENT = new ThreadLocal<>();

    private HandlingContext() {}

    static void enter(Headers headers) {
        CURRENT.set(headers);
    }

    static void leave() {
        CURRENT.remove();
    }

    /** The earlier of {@code deadline} and that of the message being handled. */
    static Deadline within(Deadline deadline) {
        Headers current = CURRENT.get();
        if (current == null) {
            return deadline;
        }
        return current.deadline().map(outer -> outer.earlierOf(deadline)).orElse(deadline);
    }

    /** Fills in what {@code own} headers say, and for the rest what the message being handled passes on. */
    static void fill(WireMessage message, Headers own, RandomGenerator random) {
        Headers current = CURRENT.get();
        message.correlation = own.correlationId().orElse(null);
        message.causation = own.causationId().orElse(null);
        message.traceparent = own.traceparent().orElse(null);
        message.tracestate = own.tracestate().orElse(null);
        message.key = own.key().orElse(null);
        message.headers = own.application();
        if (current == null) {
            return;
        }
        if (message.correlation == null) {
            message.correlation = current.correlationId().orElse(null);
        }
        if (message.causation == null) {
            message.causation = current.id().orElse(null);
        }
        if (message.traceparent == null) {
            message.traceparent = current.traceparent()
                    .map(parent -> TraceParent.child(parent, random))
                    .orElse(null);
            message.tracestate = current.tracestate().orElse(null);
        }
    }
}
