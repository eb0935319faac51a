package io.parley.internal;

import io.parley.AsyncReplier;
import io.parley.DeadLetter;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.FaultCode;
import io.parley.failure.HandlerFault;
import io.parley.failure.NotSentException;
import io.parley.failure.TooLargeException;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.observe.FlowStep;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Hands one request or survey to its replier, and sends back what comes of it, now or when the replier's stage completes. Runs once, on
 * any thread.
 */
final class AnswerTask<Q, A> implements Runnable {

    private final Received received;
    private final Spec<Q, A> spec;
    private long begun;

    /**
     * What does not change from message to message.
     *
     * @param kind what answers are: {@link EnvelopeKind#REPLY} or {@link EnvelopeKind#RESPONSE}
     */
    record Spec<Q, A>(
            Class<Q> type,
            Codec codec,
            Class<A> answerType,
            Codec answerCodec,
            EnvelopeKind kind,
            AsyncReplier<Q, A> replier,
            DeadLetters deadLetters) {}

    AnswerTask(Received received, Spec<Q, A> spec) {
        this.received = received;
        this.spec = spec;
    }

    @Override
    public void run() {
        begun = received.core().time.nanoTime();
        if (received.origin().isCancelled()) {
            received.tell(FlowStep.DROPPED, 0, "cancelled by the caller");
            received.origin().done();
            return;
        }
        Q question = decodeInTime();
        if (question == null) {
            received.origin().done();
            return;
        }
        @Nullable CompletionStage<A> stage;
        HandlingContext.enter(received.headers());
        try {
            stage = spec.replier.onRequest(Inbound.message(received.message(), received.headers(), question));
        } catch (Exception | Error e) {
            // Errors too: a stack overflow in a handler must be answered, and the pool's thread must live on.
            stage = CompletableFuture.failedFuture(e);
        } finally {
            HandlingContext.leave();
        }
        if (stage == null) {
            failed(new NullPointerException("The replier returned no stage"));
        } else {
            stage.whenComplete(this::answer);
        }
    }

    private @Nullable Q decodeInTime() {
        if (!received.isInTime()) {
            refuse(FaultCode.TOO_LATE, "the deadline passed before " + received.channel() + " could begin");
            return null;
        }
        try {
            return Inbound.decode(received.message(), spec.codec, spec.type);
        } catch (CodecException e) {
            refuse(FaultCode.INVALID_PAYLOAD, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void refuse(FaultCode code, String text) {
        received.refuse(code, text);
        received.tell(FlowStep.REFUSED, 0, text);
    }

    private void answer(@Nullable A value, @Nullable Throwable failure) {
        if (failure != null) {
            failed(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
        } else if (value == null) {
            failed(new NullPointerException("The replier answered null"));
        } else {
            answered(value);
        }
    }

    private void answered(A value) {
        boolean sent;
        try {
            WireMessage answer = received.answer(spec.kind);
            answer.type = Outbound.typeName(value, spec.answerType);
            answer.contentType = spec.answerCodec.contentType();
            byte[] payload = spec.answerCodec.encode(value);
            int most = received.core().settings.limits().maxMessageBytes();
            if (payload.length > most) {
                throw new TooLargeException(
                        "The answer takes " + payload.length + " bytes; at most " + most + " will do");
            }
            sent = received.origin().answer(answer.payload(payload));
        } catch (CodecException | NotSentException e) {
            end(FaultCode.UNSENDABLE_REPLY, null, e);
            return;
        } catch (RuntimeException | Error e) {
            end(FaultCode.UNSENDABLE_REPLY, null, new CodecException("The codec failed: " + e, e));
            return;
        }
        long elapsed = received.core().time.nanoTime() - begun;
        received.tell(FlowStep.HANDLED, elapsed, sent ? null : "the answer found no way back");
        received.origin().done();
    }

    private void failed(Throwable failure) {
        String name = failure instanceof HandlerFault fault ? fault.code() : null;
        end(FaultCode.HANDLER_FAILED, name, failure);
    }

    private void end(FaultCode code, @Nullable String name, Throwable failure) {
        String text = failure instanceof HandlerFault || failure.getMessage() != null
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        boolean told = received.fault(code, name, text);
        received.tell(FlowStep.FAULTED, received.core().time.nanoTime() - begun, text);
        if (!told || !(failure instanceof HandlerFault)) {
            report(failure, told);
        }
        received.origin().done();
    }

    /** A handler's fault is an answer like any other; what else it throws is a defect, which its own side wants to know of. */
    private void report(Throwable failure, boolean told) {
        var core = received.core();
        if (told) {
            core.complaints.complain(
                    "handler", "The handler of " + received.channel() + " failed; its caller was told", failure);
        } else {
            Exception cause = failure instanceof Exception e ? e : new IllegalStateException(failure);
            spec.deadLetters.addFailed(
                    new DeadLetter(received.channel(), received.style(), received.headers(), new byte[0], cause));
        }
    }
}
