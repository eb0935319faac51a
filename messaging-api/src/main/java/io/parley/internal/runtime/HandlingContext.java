package io.parley.internal.runtime;

import io.parley.internal.convert.TraceParent;
import io.parley.internal.wire.OptionalFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * The message whose handler runs on this thread, so that what is sent from within the handler continues its conversation, its
 * trace and its deadline. Each thread has one.
 *
 * <p>Confined to its thread.
 */
public final class HandlingContext {

    private static final ThreadLocal<HandlingContext> CURRENT = ThreadLocal.withInitial(HandlingContext::new);

    /** After so many messages a thread is given another one. */
    private static final int MESSAGES = 256;

    private @Nullable Headers handled;
    /** The peer whose handler it is. */
    private @Nullable PeerContext core;

    private int messages;

    private HandlingContext() {}

    /** This thread's. */
    private static HandlingContext current() {
        return CURRENT.get();
    }

    /**
     * This thread's, for one more message. It is replaced before it grows old: to have an old object refer to a new one costs a fence,
     * for the collector's sake, and among new ones it costs nothing.
     */
    public static HandlingContext next() {
        HandlingContext known = CURRENT.get();
        if (++known.messages < MESSAGES) {
            return known;
        }
        var fresh = new HandlingContext();
        CURRENT.set(fresh);
        return fresh;
    }

    public void enter(PeerContext core, Headers headers) {
        this.core = core;
        handled = headers;
    }

    public void leave() {
        handled = null;
        core = null;
    }

    /** Whether a handler of that peer runs on this thread. */
    @SuppressWarnings("ReferenceEquality")
    public // A peer's core is its identity.
    static boolean isWithinHandlerOf(PeerContext core) {
        return current().core == core;
    }

    /** The earlier of {@code deadline} and that of the message being handled. */
    public static Deadline within(Deadline deadline) {
        Headers outer = current().handled;
        return outer == null
                ? deadline
                : outer.deadline().map(limit -> limit.earlierOf(deadline)).orElse(deadline);
    }

    /** Fills in what {@code own} headers say, and for the rest what the message being handled passes on. */
    public static void fill(WireMessage message, Headers own, PeerContext core) {
        Headers outer = current().handled;
        if (own == Headers.none() && outer == null) {
            return;
        }
        OptionalFields details = message.details();
        details.correlation = own.correlationId().orElse(null);
        details.causation = own.causationId().orElse(null);
        details.traceparent = own.traceparent().orElse(null);
        details.tracestate = own.tracestate().orElse(null);
        details.key = own.key().orElse(null);
        details.headers = own.application();
        if (outer != null) {
            continueFrom(outer, details, core);
        }
    }

    private static void continueFrom(Headers outer, OptionalFields details, PeerContext core) {
        if (details.correlation == null) {
            details.correlation = outer.correlationId().orElse(null);
        }
        if (details.causation == null) {
            details.causation = outer.id().orElse(null);
        }
        if (details.traceparent == null) {
            String parent = outer.traceparent().orElse(null);
            // Where somebody traces, ids are his: he names the spans.
            details.traceparent = parent == null || core.traces != null
                    ? parent
                    : TraceParent.child(
                            parent, core.config.plugins().environment().random());
            details.tracestate = outer.tracestate().orElse(null);
        }
    }
}
