package io.parley.internal.runtime;

import io.parley.AsyncReplier;
import io.parley.Receiver;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.wire.OptionalFields;
import io.parley.message.Headers;
import io.parley.message.PeerName;
import io.parley.observe.Tracing;
import io.parley.observe.Tracing.Handled;
import io.parley.observe.Tracing.Sent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A peer's tracing: it gives messages their trace context on the way out, and stands around handlers. Where a peer is not traced there is
 * none, and handlers are as they were given. Thread-safe.
 */
public final class Traces {

    private final Tracing tracing;
    private final PeerName self;
    private final Callbacks callbacks;

    private Traces(Tracing tracing, PeerName self, Callbacks callbacks) {
        this.tracing = tracing;
        this.self = self;
        this.callbacks = callbacks;
    }

    /** Null for a peer that is not traced. */
    static @Nullable Traces of(PeerConfig config, PeerName self, Callbacks callbacks) {
        Tracing tracing = config.observation().tracing();
        return tracing == null ? null : new Traces(tracing, self, callbacks);
    }

    /** Has a message followed that is complete otherwise. */
    public void follow(TracedMessage message, ChannelName channel, InteractionStyle style) {
        attempt(() -> {
            Sent sent = tracing.onSending(channel, style, MessageDecoding.headers(message, self, null));
            if (sent == null) {
                return;
            }
            String traceparent = sent.traceparent();
            String tracestate = sent.tracestate();
            if (traceparent != null) {
                OptionalFields details = message.details();
                details.traceparent = traceparent;
                details.tracestate = OptionalFields.isTracestate(tracestate) ? tracestate : null;
            }
            message.sent(sent);
        });
    }

    public <T> Receiver<T> aroundReceiver(ChannelName channel, InteractionStyle style, Receiver<T> receiver) {
        return message -> {
            Handled handled = begin(channel, style, message.headers());
            if (handled == null) {
                receiver.onMessage(message);
                return;
            }
            Throwable failure = null;
            try {
                receiver.onMessage(message);
            } catch (Throwable e) {
                failure = e;
                throw e;
            } finally {
                returned(handled);
                end(handled, failure);
            }
        };
    }

    public <Q, A> AsyncReplier<Q, A> aroundReplier(
            ChannelName channel, InteractionStyle style, AsyncReplier<Q, A> replier) {
        return request -> {
            Handled handled = begin(channel, style, request.headers());
            if (handled == null) {
                return replier.onRequest(request);
            }
            @Nullable CompletionStage<A> stage;
            try {
                stage = replier.onRequest(request);
            } catch (Throwable e) {
                stage = CompletableFuture.failedFuture(e);
            } finally {
                returned(handled);
            }
            if (stage == null) {
                stage = CompletableFuture.failedFuture(new NullPointerException("The replier returned no stage"));
            }
            // The answer goes after that, so that what is within a request also ends within it.
            return stage.whenComplete((answer, failure) -> end(handled, failureOf(answer, failure)));
        };
    }

    private @Nullable Handled begin(ChannelName channel, InteractionStyle style, Headers headers) {
        return callbacks.get("tracing", "The tracing failed", () -> tracing.onHandling(channel, style, headers));
    }

    private void returned(Handled handled) {
        attempt(handled::onReturn);
    }

    private void end(Handled handled, @Nullable Throwable failure) {
        attempt(() -> handled.onEnd(failure));
    }

    private static @Nullable Throwable failureOf(@Nullable Object answer, @Nullable Throwable failure) {
        if (failure == null && answer == null) {
            return new NullPointerException("The replier answered null");
        }
        Throwable cause = failure instanceof CompletionException ? ThrowableText.cause(failure) : null;
        return cause != null ? cause : failure;
    }

    private void attempt(Runnable what) {
        callbacks.run("tracing", "The tracing failed", what);
    }
}
