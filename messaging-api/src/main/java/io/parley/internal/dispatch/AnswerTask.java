package io.parley.internal.dispatch;

import io.parley.AsyncReplier;
import io.parley.DeadLetter;
import io.parley.channel.Channel;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.failure.FaultCode;
import io.parley.failure.HandlerFault;
import io.parley.failure.NotSentException;
import io.parley.failure.TooLargeException;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.HandlingContext;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.runtime.Traces;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Hands one request or survey to its replier, and sends back what comes of it, now or when the replier's stage completes. Runs once, on
 * any thread.
 */
public final class AnswerTask<Q, A> extends InboundMessage {

    private static final VarHandle SETTLED;

    static {
        try {
            SETTLED = MethodHandles.lookup().findVarHandle(AnswerTask.class, "settled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final To<Q, A> to;
    /** Whether it was answered, or will not be. */
    private volatile boolean settled;
    /** When it began, if anybody wants to know. */
    private long begun;

    /** A replier. Thread-safe. */
    public static final class To<Q, A> extends HandlerTarget {

        private final Class<Q> type;
        private final Codec codec;
        private final Class<A> answerType;
        private final Codec answerCodec;
        private final EnvelopeKind kind;
        private final AsyncReplier<Q, A> replier;
        private final DeadLetters deadLetters;
        /** Those whose handler has returned a stage that has not completed. */
        final Unanswered unanswered = new Unanswered();
        /** The one of the latest answer, which the next one's is most likely to be like. */
        private volatile SharedFields head;

        /** @param kind what answers are: {@link EnvelopeKind#REPLY} or {@link EnvelopeKind#RESPONSE} */
        public To(
                PeerContext core,
                Channel channel,
                Class<Q> type,
                Class<A> answerType,
                EnvelopeKind kind,
                AsyncReplier<Q, A> replier,
                DeadLetters deadLetters) {
            this(
                    core,
                    channel,
                    type,
                    answerType,
                    core.codecFor(type),
                    core.codecFor(answerType),
                    kind,
                    replier,
                    deadLetters);
        }

        To(
                PeerContext core,
                Channel channel,
                Class<Q> type,
                Class<A> answerType,
                Codec codec,
                Codec answerCodec,
                EnvelopeKind kind,
                AsyncReplier<Q, A> replier,
                DeadLetters deadLetters) {
            super(core, channel.name(), channel.style());
            this.type = type;
            this.codec = codec;
            this.answerType = answerType;
            this.answerCodec = answerCodec;
            this.kind = kind;
            Traces traces = isReserved ? null : core.traces;
            this.replier = traces == null ? replier : traces.aroundReplier(this.channel, style, replier);
            this.deadLetters = deadLetters;
            head = SharedFields.of(kind).of(answerType.getSimpleName(), answerCodec.contentType());
        }

        @Override
        public InboundMessage received(ReplyPath origin, SharedFields head, MessageId id) {
            return new AnswerTask<>(this, origin, head, id);
        }

        private SharedFields headFor(A answer) {
            SharedFields known = head;
            String typeName = MessageEncoding.typeName(answer, answerType);
            if (!typeName.equals(known.type())) {
                known = SharedFields.of(kind).of(typeName, answerCodec.contentType());
                head = known;
            }
            return known;
        }
    }

    private AnswerTask(To<Q, A> to, ReplyPath origin, SharedFields head, MessageId id) {
        super(origin, head, id);
        this.to = to;
    }

    @Override
    public HandlerTarget to() {
        return to;
    }

    @Override
    public InboundMessage another(SharedFields head, MessageId id) {
        return to.received(origin(), head, id);
    }

    /** Whether the answer, or a fault in its place, has been given. */
    boolean isAnswered() {
        return settled;
    }

    /** False if it was settled before. */
    private boolean settle() {
        return SETTLED.compareAndSet(this, false, true);
    }

    @Override
    public void run() {
        try {
            begun = begin();
            if (isCancelled()) {
                recordTrouble(FlowStep.DROPPED, "cancelled by the caller");
                finish();
                return;
            }
            Q question = decodeInTime();
            if (question == null) {
                finish();
                return;
            }
            CompletionStage<A> stage = ask(question);
            stage.whenComplete(this::answer);
            if (!isAnswered()) {
                to.unanswered.add(this);
                if (isAnswered()) {
                    to.unanswered.remove(this); // answered meanwhile
                }
            }
        } catch (Throwable e) {
            // Whatever came between: the caller is told, and the thread lives on.
            answer(null, e);
        }
    }

    /** The replier's stage, or one that tells how the replier failed. */
    private CompletionStage<A> ask(Q question) {
        @Nullable CompletionStage<A> stage;
        HandlingContext context = HandlingContext.next();
        try {
            context.enter(core(), headers());
            stage = to.replier.onRequest(MessageDecoding.message(this, headers(), question));
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            context.leave();
        }
        return stage != null
                ? stage
                : CompletableFuture.failedFuture(new NullPointerException("The replier returned no stage"));
    }

    private @Nullable Q decodeInTime() {
        if (!isInTime()) {
            refuseAsLate();
            return null;
        }
        Q question;
        try {
            question = MessageDecoding.decode(this, to.codec, to.type);
        } catch (CodecException e) {
            refuse(FaultCode.INVALID_PAYLOAD, ThrowableText.messageOrName(e));
            return null;
        }
        // To decode may have taken long, the first time for instance.
        if (!isInTime()) {
            refuseAsLate();
            return null;
        }
        return question;
    }

    private void refuseAsLate() {
        refuse(FaultCode.TOO_LATE, "the deadline passed before " + channelName() + " could begin");
    }

    /** Called when the replier's stage completes; a second call does nothing. */
    private void answer(@Nullable A value, @Nullable Throwable failure) {
        if (!settle()) {
            return;
        }
        to.unanswered.remove(this);
        try {
            if (failure != null) {
                failed(reason(failure));
            } else if (value == null) {
                failed(new NullPointerException("The replier answered null"));
            } else {
                answered(value);
            }
        } catch (Throwable e) {
            core().uncaught.uncaughtException(Thread.currentThread(), e);
        } finally {
            done();
        }
    }

    private void finish() {
        if (settle()) {
            done();
        }
    }

    private static Throwable reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? ThrowableText.cause(failure) : null;
        return cause != null ? cause : failure;
    }

    private void answered(A value) {
        boolean sent;
        try {
            byte[] payload = to.answerCodec.encode(value);
            int most = core().config.limits().maxMessageBytes();
            if (payload.length > most) {
                throw new TooLargeException(
                        "The answer takes " + payload.length + " bytes; at most " + most + " will do");
            }
            WireMessage answer = answer(to.headFor(value)).payload(payload);
            if (isWatched()) {
                core().flows.keepAnswer(channelName(), id, answer);
            }
            sent = send(answer);
        } catch (CodecException | NotSentException e) {
            end(FaultCode.UNSENDABLE_REPLY, null, e);
            return;
        } catch (Throwable e) {
            end(
                    FaultCode.UNSENDABLE_REPLY,
                    null,
                    new CodecException("The codec failed: " + ThrowableText.describe(e), e));
            return;
        }
        if (isWatched()) {
            long now = core().flows.now();
            record(FlowStep.HANDLED, now, now - begun, null);
            recordReply(now, sent);
        } else if (!sent) {
            recordReply(core().flows.now(), false);
        }
    }

    private void recordReply(long now, boolean isSent) {
        if (isSent) {
            record(FlowStep.REPLIED, now, age(now), null);
        } else {
            record(FlowStep.DROPPED, now, age(now), "the answer found no way back");
        }
    }

    private void failed(Throwable failure) {
        String name = failure instanceof HandlerFault fault ? fault.code() : null;
        end(FaultCode.HANDLER_FAILED, name, failure);
    }

    private void end(FaultCode code, @Nullable String name, Throwable failure) {
        String message = ThrowableText.message(failure);
        String text =
                message != null ? message : failure.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        long now = core().flows.now();
        record(FlowStep.FAULTED, now, isWatched() ? now - begun : 0, text);
        boolean told = fault(code, name, text);
        recordReply(now, told);
        if (!told || !(failure instanceof HandlerFault)) {
            report(failure, told);
        }
    }

    /** A handler's fault is an answer like any other; what else it throws is a defect, which its own side wants to know of. */
    private void report(Throwable failure, boolean told) {
        if (told) {
            core().complaints
                    .report("handler", "The handler of " + channelName() + " failed; its caller was told", failure);
        } else {
            to.deadLetters.addFailed(
                    new DeadLetter(channelName(), style(), headers(), new byte[0], DeadLetters.cause(failure)));
        }
    }
}
