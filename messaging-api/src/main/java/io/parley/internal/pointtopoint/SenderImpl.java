package io.parley.internal.pointtopoint;

import io.parley.Sender;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.failure.InterruptedCallException;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.convert.Faults;
import io.parley.internal.dispatch.MessageEncoding;
import io.parley.internal.lane.BlockingWait;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.link.SentOneWays;
import io.parley.internal.route.Dispatch;
import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One-way messages of one channel. Most find room on a link at once; those that do not, wait. Thread-safe. */
public final class SenderImpl<T> implements Sender<T> {

    private final PeerContext core;
    private final PointToPointChannel<T> messages;
    private final ServiceView view;
    private final SentOneWays sentOneWays;
    private final MessageEncoding<T> outbound;
    private final BiFunction<WireMessage, OutboundLink, Verdict> offer = this::offer;

    public SenderImpl(PeerContext core, PointToPointChannel<T> channel, ServiceView view, SentOneWays sentOneWays) {
        this.core = core;
        this.messages = channel;
        this.view = view;
        this.sentOneWays = sentOneWays;
        outbound = new MessageEncoding<>(core, channel.name(), channel.type(), EnvelopeKind.ONE_WAY);
    }

    @Override
    public MessageId send(T payload) {
        return send(outbound.command(payload), null);
    }

    @Override
    public MessageId send(Message<T> message) {
        return send(outbound.encode(message), message.headers().deadline().orElse(null));
    }

    @Override
    public CompletableFuture<MessageId> sendAsync(T payload) {
        try {
            return sendAsync(outbound.command(payload), null);
        } catch (MessagingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<MessageId> sendAsync(Message<T> message) {
        try {
            return sendAsync(
                    outbound.encode(message), message.headers().deadline().orElse(null));
        } catch (MessagingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private MessageId send(WireMessage message, @Nullable Deadline expiry) {
        if (isSentAtOnce(message, expiry)) {
            return message.id;
        }
        OneWay outgoing = dispatch(message, expiry, Dispatch.IfFull.FAIL);
        if (!outgoing.sent.isDone() && core.port().inContext()) {
            outgoing.takeBack();
            throw notSent(
                    message,
                    new NoInstanceException("No link to " + messages.name().owner()
                            + " is ready, and the I/O context cannot wait for one"));
        }
        return await(outgoing);
    }

    /** The id of {@code outgoing} once a link has it. An interrupt takes it back from those that wait, and leaves the thread's flag set. */
    private MessageId await(OneWay outgoing) {
        try {
            return outgoing.sent.get();
        } catch (InterruptedException e) {
            if (!outgoing.takeBack()) {
                return BlockingWait.joinInterrupted(outgoing.sent);
            }
            Thread.currentThread().interrupt();
            throw notSent(
                    outgoing.message,
                    new InterruptedCallException(
                            "Interrupted while waiting for an instance that takes the message on " + messages.name(),
                            false,
                            e));
        } catch (ExecutionException e) {
            throw BlockingWait.failure(e);
        }
    }

    private CompletableFuture<MessageId> sendAsync(WireMessage message, @Nullable Deadline expiry) {
        return isSentAtOnce(message, expiry)
                ? CompletableFuture.completedFuture(message.id)
                : dispatch(message, expiry, Dispatch.IfFull.WAIT).sent;
    }

    private boolean isSentAtOnce(WireMessage message, @Nullable Deadline expiry) {
        try {
            return expiry == null && view.offerAtOnce(messages.name(), message, offer);
        } catch (MessagingException e) {
            throw notSent(message, e);
        }
    }

    /** Tells what the caller is told too. */
    private MessagingException notSent(WireMessage message, MessagingException cause) {
        record(Faults.step(cause), core.flows.now(), message, messages.name().owner(), 0, cause.getMessage());
        return cause;
    }

    private OneWay dispatch(WireMessage message, @Nullable Deadline expiry, Dispatch.IfFull ifFull) {
        Deadline limit = Deadline.after(core.config.calling().defaultTimeout(), core.time);
        var outgoing = new OneWay(message, expiry, expiry == null ? limit : expiry.earlierOf(limit), ifFull);
        view.dispatch(outgoing);
        return outgoing;
    }

    private Verdict offer(WireMessage message, OutboundLink link) {
        return offer(message, link, 0);
    }

    /** @param since when it began to wait for this, or 0 */
    private Verdict offer(WireMessage message, OutboundLink link, long since) {
        sentOneWays.add(message.id.sequence(), messages.name(), message.correlation());
        boolean isWatched = core.flows.wants(message.id);
        // Before it goes: the other end may be quick.
        long now = isWatched ? core.flows.now() : 0;
        Verdict verdict = link.send(message);
        if (isWatched && verdict == Verdict.ACCEPTED) {
            record(FlowStep.SENT, now, message, link.acceptor(), since, null);
        }
        return verdict;
    }

    private void record(FlowStep step, long now, WireMessage message, Object to, long since, @Nullable String detail) {
        core.flows.recordSent(
                step,
                now,
                messages.name(),
                InteractionStyle.ONE_WAY,
                message,
                to,
                since == 0 ? 0 : now - since,
                detail);
    }

    private final class OneWay extends Dispatch {

        private final WireMessage message;
        private final @Nullable Deadline expiry;
        private final CompletableFuture<MessageId> sent = new CompletableFuture<>();
        private volatile boolean settled;
        private volatile long enqueuedAt;

        OneWay(WireMessage message, @Nullable Deadline expiry, Deadline deadline, IfFull ifFull) {
            super(messages.name(), deadline, ifFull);
            this.message = message;
            this.expiry = expiry;
        }

        @Override
        @Nullable
        public String key() {
            return message.key();
        }

        @Override
        public long bytes() {
            return message.payloadLength();
        }

        @Override
        public synchronized Verdict offerTo(OutboundLink link) {
            if (settled) {
                // Taken back a moment ago: nothing is left to send.
                return Verdict.ACCEPTED;
            }
            if (expiry != null) {
                Deadlines.stamp(message, expiry, 0, core.time, core.openedAt);
            }
            Verdict verdict = offer(message, link, enqueuedAt);
            if (verdict == Verdict.ACCEPTED) {
                runCompletion(() -> sent.complete(message.id));
            }
            return verdict;
        }

        @Override
        public void onEnqueued() {
            if (core.flows.wants(message.id)) {
                enqueuedAt = core.flows.now();
                SenderImpl.this.record(FlowStep.ENQUEUED, enqueuedAt, message, channel.owner(), 0, null);
            }
        }

        @Override
        public void fail(MessagingException cause) {
            SenderImpl.this.record(
                    Faults.step(cause), core.flows.now(), message, channel.owner(), enqueuedAt, cause.getMessage());
            runCompletion(() -> sent.completeExceptionally(cause));
        }

        /** The stage of one who does not wait may have the application's code hanging on it, which must not run in the I/O context. */
        private void runCompletion(Runnable completion) {
            settled = true;
            if (ifFull == IfFull.WAIT && core.port().inContext()) {
                core.runCallback(completion);
            } else {
                completion.run();
            }
        }

        /** Has nobody send it any more; false if it was sent, or failed, before. */
        synchronized boolean takeBack() {
            if (isAbandoned()) {
                return false;
            }
            settled = true;
            return true;
        }

        @Override
        public boolean isAbandoned() {
            return settled || sent.isDone();
        }
    }
}
