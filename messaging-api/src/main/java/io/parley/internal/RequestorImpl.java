package io.parley.internal;

import io.parley.Requestor;
import io.parley.channel.RequestChannel;
import io.parley.failure.MessagingException;
import io.parley.failure.TimedOutException;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Requests of one channel. Thread-safe. */
final class RequestorImpl<Q, A> implements Requestor<Q, A> {

    private final Core core;
    private final RequestChannel<Q, A> requests;
    private final ServiceView view;
    private final Calls calls;
    private final Outbound<Q> outbound;

    RequestorImpl(Core core, RequestChannel<Q, A> channel, ServiceView view, Calls calls) {
        this.core = core;
        this.requests = channel;
        this.view = view;
        this.calls = calls;
        outbound = new Outbound<>(core, channel.name(), channel.type());
    }

    @Override
    public A request(Q payload) {
        return request(payload, core.settings.defaultLimit());
    }

    @Override
    public A request(Q payload, Duration limit) {
        return call(outbound.command(payload), limit).payload();
    }

    @Override
    public Message<A> request(Message<Q> message) {
        return call(message, core.settings.defaultLimit());
    }

    @Override
    public CompletableFuture<A> requestAsync(Q payload) {
        return requestAsync(payload, core.settings.defaultLimit());
    }

    @Override
    public CompletableFuture<A> requestAsync(Q payload, Duration limit) {
        CompletableFuture<Message<A>> answer = callAsync(outbound.command(payload), limit);
        CompletableFuture<A> value = new CompletableFuture<>();
        answer.whenComplete((message, failure) -> {
            if (failure != null) {
                value.completeExceptionally(failure);
            } else {
                value.complete(message.payload());
            }
        });
        value.whenComplete((ignored, failure) -> {
            if (value.isCancelled()) {
                answer.cancel(false);
            }
        });
        return value;
    }

    @Override
    public CompletableFuture<Message<A>> requestAsync(Message<Q> message) {
        return callAsync(message, core.settings.defaultLimit());
    }

    private Message<A> call(Message<Q> message, Duration limit) {
        if (core.port().inContext()) {
            throw new IllegalStateException("A request that waits cannot be made in the I/O context: use requestAsync");
        }
        WireMessage request = encode(message);
        var call = new BlockingCall(request, deadline(message.headers(), limit));
        view.dispatch(call);
        return call.await();
    }

    private CompletableFuture<Message<A>> callAsync(Message<Q> message, Duration limit) {
        try {
            var call = new AsyncCall(encode(message), deadline(message.headers(), limit));
            view.dispatch(call);
            calls.armSweep();
            return call.outcome;
        } catch (MessagingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private WireMessage encode(Message<Q> message) {
        WireMessage request = outbound.encode(EnvelopeKind.REQUEST, message);
        request.returnAddress = core.name;
        return request;
    }

    private Deadline deadline(Headers headers, Duration limit) {
        return HandlingContext.within(headers.deadline().orElseGet(() -> Deadline.after(limit, core.time)));
    }

    /** A call whose caller waits in its own thread. */
    private final class BlockingCall extends Call<A> {

        /** While the request waits for a link, somebody else watches the deadline; the caller looks again this often. */
        private static final long LOOK_AGAIN = 10_000_000;

        private final Thread caller = Thread.currentThread();
        private volatile @Nullable WireMessage answer;
        private volatile @Nullable MessagingException failure;

        BlockingCall(WireMessage request, Deadline deadline) {
            super(core, requests, request, deadline, IfFull.FAIL);
        }

        @Override
        void onAnswer(WireMessage answer) {
            this.answer = answer;
            LockSupport.unpark(caller);
        }

        @Override
        void onFailure(MessagingException cause) {
            this.failure = cause;
            LockSupport.unpark(caller);
        }

        Message<A> await() {
            boolean interrupted = false;
            try {
                while (true) {
                    WireMessage arrived = answer;
                    if (arrived != null) {
                        return decode(arrived);
                    }
                    MessagingException failed = failure;
                    if (failed != null) {
                        throw failed;
                    }
                    if (Thread.interrupted()) {
                        interrupted = true;
                        giveUp(new TimedOutException("Interrupted while awaiting the answer on " + requests.name()));
                    } else {
                        waitOn();
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void waitOn() {
            long left = deadline.remainingNanos();
            OutboundLink on = link();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else if (on != null && on.giveUp(this)) {
                fail(OutboundLink.timedOut(this));
            } else {
                LockSupport.parkNanos(this, LOOK_AGAIN);
            }
        }

        private void giveUp(MessagingException why) {
            OutboundLink on = link();
            if (on != null) {
                on.giveUp(this);
            }
            fail(why);
        }
    }

    /** A call whose caller has a stage. */
    private final class AsyncCall extends Call<A> {

        private final CompletableFuture<Message<A>> outcome = new CompletableFuture<>();

        AsyncCall(WireMessage request, Deadline deadline) {
            super(core, requests, request, deadline, IfFull.WAIT);
            outcome.whenComplete((ignored, failure) -> {
                if (outcome.isCancelled()) {
                    cancel();
                }
            });
        }

        private void cancel() {
            OutboundLink on = link();
            if (abandon() && on != null) {
                on.giveUp(this);
            }
        }

        @Override
        void onAnswer(WireMessage answer) {
            core.tell(() -> {
                try {
                    outcome.complete(decode(answer));
                } catch (MessagingException e) {
                    outcome.completeExceptionally(e);
                }
            });
        }

        @Override
        void onFailure(MessagingException cause) {
            core.tell(() -> outcome.completeExceptionally(cause));
        }
    }
}
