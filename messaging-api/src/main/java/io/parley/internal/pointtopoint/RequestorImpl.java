package io.parley.internal.pointtopoint;

import io.parley.Requestor;
import io.parley.channel.RequestChannel;
import io.parley.failure.MessagingException;
import io.parley.internal.dispatch.MessageEncoding;
import io.parley.internal.lane.DeadlineSweep;
import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.HandlingContext;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Requests of one channel. Thread-safe. */
public final class RequestorImpl<Q, A> implements Requestor<Q, A> {

    private final PeerContext core;
    private final ServiceView view;
    private final DeadlineSweep deadlines;
    private final MessageEncoding<Q> outbound;
    private final RequestTarget<A> target;

    public RequestorImpl(
            PeerContext core,
            RequestChannel<Q, A> channel,
            ServiceView view,
            DeadlineSweep deadlines,
            long incarnation) {
        this.core = core;
        this.view = view;
        this.deadlines = deadlines;
        outbound = new MessageEncoding<>(core, channel.name(), channel.type(), EnvelopeKind.REQUEST);
        target = new RequestTarget<>(core, channel, core.codecFor(channel.replyType()), incarnation);
    }

    @Override
    public A request(Q payload) {
        return request(payload, core.config.calling().defaultTimeout());
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
        return requestAsync(payload, core.config.calling().defaultTimeout());
    }

    @Override
    public CompletableFuture<A> requestAsync(Q payload, Duration limit) {
        Deadline deadline = Deadline.after(limit, core.time);
        try {
            return callAsync(outbound.command(payload), deadline, Message::payload);
        } catch (MessagingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Message<A>> requestAsync(Message<Q> message) {
        Deadline deadline = deadline(message.headers());
        try {
            return callAsync(outbound.encode(message), deadline, answer -> answer);
        } catch (MessagingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void requireMayWait() {
        if (core.port().inContext()) {
            throw new IllegalStateException("A request that waits cannot be made in the I/O context: use requestAsync");
        }
    }

    private Message<A> call(WireMessage message, Deadline deadline) {
        if (Thread.currentThread().isInterrupted()) {
            throw BlockingRequest.interrupted("before the request on " + outbound.channel() + " was sent", false);
        }
        var request = new BlockingRequest<>(target, message, HandlingContext.within(deadline));
        view.dispatch(request);
        return request.await();
    }

    private <R> CompletableFuture<R> callAsync(WireMessage message, Deadline deadline, Function<Message<A>, R> result) {
        var request = new AsyncRequest<>(target, message, HandlingContext.within(deadline), result);
        view.dispatch(request);
        deadlines.arm();
        return request.outcome();
    }

    private Deadline deadline(Headers headers) {
        return headers.deadline()
                .orElseGet(() -> Deadline.after(core.config.calling().defaultTimeout(), core.time));
    }
}
