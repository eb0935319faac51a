package io.parley.internal;

import io.parley.Requestor;
import io.parley.channel.RequestChannel;
import io.parley.codec.Codec;
import io.parley.failure.InterruptedCallException;
import io.parley.failure.MessagingException;
import io.parley.failure.PeerClosedException;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requests of one channel. Thread-safe. */
final class RequestorImpl<Q, A> implements Requestor<Q, A> {

    private final Core core;
    private final RequestChannel<Q, A> requests;
    private final ServiceView view;
    private final DeadlineSweep deadlines;
    private final Outbound<Q> outbound;
    private final Codec replyCodec;
    /** The incarnation that is asked, or 0 for whichever has room. */
    private final long target;

    RequestorImpl(Core core, RequestChannel<Q, A> channel, ServiceView view, DeadlineSweep deadlines, long target) {
        this.core = core;
        this.requests = channel;
        this.view = view;
        this.deadlines = deadlines;
        outbound = new Outbound<>(core, channel.name(), channel.type(), EnvelopeKind.REQUEST);
        this.target = target;
        replyCodec = core.codecFor(channel.replyType());
    }

    @Override
    public A request(Q payload) {
        return request(payload, core.config.calling().defaultLimit());
    }

    @Override
    public A request(Q payload, Duration limit) {
        requireMayWait();
        return call(outbound.command(payload), Deadline.after(limit, core.time)).payload();
    }

    @Override
    public Message<A> request(Message<Q> message) {
        requireMayWait();
        return call(outbound.encode(message), deadline(message.headers()));
    }

    @Override
    public CompletableFuture<A> requestAsync(Q payload) {
        return requestAsync(payload, core.config.calling().defaultLimit());
    }

    @Override
    public CompletableFuture<A> requestAsync(Q payload, Duration limit) {
        var outcome = new Outcome<A>();
        callAsync(() -> outbound.command(payload), Deadline.after(limit, core.time), outcome, Message::payload);
        return outcome;
    }

    @Override
    public CompletableFuture<Message<A>> requestAsync(Message<Q> message) {
        var outcome = new Outcome<Message<A>>();
        callAsync(() -> outbound.encode(message), deadline(message.headers()), outcome, answer -> answer);
        return outcome;
    }

    private void requireMayWait() {
        if (core.port().inContext()) {
            throw new IllegalStateException("A request that waits cannot be made in the I/O context: use requestAsync");
        }
    }

    private Message<A> call(WireMessage request, Deadline deadline) {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted("before the request on " + requests.name() + " was sent", false);
        }
        var call = new BlockingCall(request, HandlingContext.within(deadline));
        view.dispatch(call);
        return call.await();
    }

    private static InterruptedCallException interrupted(String when, boolean isSent) {
        return new InterruptedCallException("Interrupted " + when, isSent, new InterruptedException());
    }

    private <R> void callAsync(
            Supplier<WireMessage> request, Deadline deadline, Outcome<R> outcome, Function<Message<A>, R> result) {
        try {
            var call = new AsyncCall<>(request.get(), HandlingContext.within(deadline), outcome, result);
            outcome.call = call;
            view.dispatch(call);
            deadlines.arm();
        } catch (MessagingException e) {
            outcome.completeExceptionally(e);
        }
    }

    private Deadline deadline(Headers headers) {
        return headers.deadline()
                .orElseGet(() -> Deadline.after(core.config.calling().defaultLimit(), core.time));
    }

    /** What the caller of {@code requestAsync} gets. To cancel it is to await the answer no more. */
    private static final class Outcome<R> extends CompletableFuture<R> {

        private volatile @Nullable Call<?> call;

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            Call<?> outstanding = call;
            if (cancelled && outstanding != null && outstanding.abandon()) {
                OutboundLink on = outstanding.link();
                if (on != null) {
                    on.giveUp(outstanding);
                }
            }
            return cancelled;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }

    /** A call whose caller waits in its own thread. */
    private final class BlockingCall extends Call<A> {

        /** While the request waits for a link, somebody else watches the deadline; the caller looks again this often. */
        private static final long LOOK_AGAIN = 10_000_000;

        private final Thread caller = Thread.currentThread();
        private volatile @Nullable WireMessage answer;
        private volatile @Nullable MessagingException failure;

        BlockingCall(WireMessage request, Deadline deadline) {
            super(core, requests, replyCodec, request, target, deadline, IfFull.FAIL);
        }

        @Override
        @Nullable
        Runnable onAnswer(WireMessage answer) {
            this.answer = answer;
            LockSupport.unpark(caller);
            return null;
        }

        @Override
        void onFailure(MessagingException cause) {
            this.failure = cause;
            LockSupport.unpark(caller);
        }

        Message<A> await() {
            while (true) {
                WireMessage arrived = answer;
                if (arrived != null) {
                    return decode(arrived);
                }
                MessagingException failed = failure;
                if (failed != null) {
                    throw failed;
                }
                if (!Thread.currentThread().isInterrupted()) {
                    waitOn();
                } else if (abandon()) {
                    OutboundLink on = link();
                    if (on != null) {
                        on.giveUp(this);
                    }
                    throw interrupted("while awaiting the answer on " + requests.name(), on != null);
                }
            }
        }

        private void waitOn() {
            long left = deadline.remainingNanos();
            OutboundLink on = link();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else if (on == null || !on.timeOut(this)) {
                LockSupport.parkNanos(this, LOOK_AGAIN);
                if (on == null && core.isFinished()) {
                    // Whoever watches the deadlines of what waits for a link has ended.
                    fail(new PeerClosedException("Peer " + core.name + " was closed"));
                }
            }
        }
    }

    /** A call whose caller has a stage; it is itself what decodes the answer and completes the stage. */
    private final class AsyncCall<R> extends Call<A> implements Runnable {

        private final Outcome<R> outcome;
        private final Function<Message<A>, R> result;
        private @Nullable WireMessage answer;
        private @Nullable MessagingException failure;

        AsyncCall(WireMessage request, Deadline deadline, Outcome<R> outcome, Function<Message<A>, R> result) {
            super(core, requests, replyCodec, request, target, deadline, IfFull.WAIT);
            this.outcome = outcome;
            this.result = result;
        }

        @Override
        Runnable onAnswer(WireMessage answer) {
            this.answer = answer;
            return this;
        }

        @Override
        public void run() {
            WireMessage arrived = answer;
            MessagingException failed = failure;
            if (failed != null) {
                outcome.completeExceptionally(failed);
            } else if (arrived != null) {
                try {
                    outcome.complete(result.apply(decode(arrived)));
                } catch (Throwable e) {
                    outcome.completeExceptionally(e);
                }
            }
        }

        @Override
        void onFailure(MessagingException cause) {
            failure = cause;
            core.tell(this);
        }
    }
}
