package io.parley.internal.route;

import io.parley.DeadLetter;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.convert.Faults;
import io.parley.internal.convert.MessageDecoding;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.link.SentOneWays;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This peer's own one-way messages to one service that came back: refused, never sent, or lost with their link. Those that were certainly not
 * begun are sent again; the rest become dead letters, with their payload.
 *
 * <p>Confined to the I/O context.
 */
final class ReturnedOneWays {

    /** No more messages than these are sent again at a time; those beyond become dead letters. */
    private static final int MOST = 10_000;

    /** How often those are forgotten that will not come back: to look at all for each that does would take long when many do. */
    private static final long FORGET_NANOS = 1_000_000_000;

    private final PeerContext core;
    private final DeadLetters deadLetters;
    private final SentOneWays sentOneWays;
    private final Retries retries;
    /** Those that were sent again of late, by sequence number: they may come back once more. */
    private final Map<Long, Trial> trials = new HashMap<>();

    private long forgotAt;

    /** How often a message was sent, and until when it may be. */
    private record Trial(int attempts, Deadline until) {}

    ReturnedOneWays(PeerContext core, DeadLetters deadLetters, SentOneWays sentOneWays, Retries retries) {
        this.core = core;
        this.deadLetters = deadLetters;
        this.sentOneWays = sentOneWays;
        this.retries = retries;
        forgotAt = core.time.nanoTime();
    }

    void onRefused(OutboundLink link, WireMessage message, WireMessage fault) {
        ChannelName channel = channelOf(message);
        MessagingException cause = Faults.toException(fault, channel);
        if (Retries.isRetryable(fault)) {
            again(link, message, channel, cause);
        } else {
            trials.remove(message.id.sequence());
            record(FlowStep.REFUSED, message, channel, link, cause.getMessage());
            bury(message, channel, cause);
        }
    }

    void onUnsent(OutboundLink link, WireMessage message, String reason) {
        ChannelName channel = channelOf(message);
        var cause = new NoInstanceException(
                "The link to " + link.other() + " was lost before the message on " + channel + " was sent: " + reason);
        again(link, message, channel, cause);
    }

    /** The link was lost before the message was known to be finished: it may have been handled or not. */
    void onUnfinished(OutboundLink link, WireMessage message, String reason) {
        ChannelName channel = channelOf(message);
        trials.remove(message.id.sequence());
        var cause = new LinkLostException("The link to " + link.other()
                + " was lost before it said that the message on " + channel + " was handled: " + reason);
        record(FlowStep.LINK_LOST, message, channel, link, cause.getMessage());
        bury(message, channel, cause);
    }

    private static ChannelName channelOf(WireMessage message) {
        return ChannelName.parse(String.valueOf(message.channel()));
    }

    private void again(OutboundLink link, WireMessage message, ChannelName channel, MessagingException cause) {
        forgetOverdue();
        Trial before = trials.remove(message.id.sequence());
        Deadline expiry = message.hasDeadline() ? Deadline.afterMillis(message.remaining(), core.time) : null;
        Deadline until = before != null
                ? before.until()
                : Deadline.after(core.config.calling().defaultTimeout(), core.time);
        var returned = new Returned(message, channel, expiry, until);
        returned.attempts = before != null ? before.attempts() : 1;
        if (trials.size() >= MOST) {
            returned.fail(cause);
            return;
        }
        message.compact();
        retries.again(returned, link, cause);
    }

    private void forgetOverdue() {
        long now = core.time.nanoTime();
        if (now - forgotAt >= FORGET_NANOS) {
            forgotAt = now;
            trials.values().removeIf(trial -> trial.until().hasPassed());
        }
    }

    private void record(
            FlowStep step,
            WireMessage message,
            ChannelName channel,
            @Nullable OutboundLink link,
            @Nullable String detail) {
        Object to = link == null ? channel.owner() : link.acceptor();
        core.flows.recordSent(step, core.flows.now(), channel, InteractionStyle.ONE_WAY, message, to, 0, detail);
    }

    private void bury(WireMessage message, ChannelName channel, MessagingException cause) {
        Headers headers = MessageDecoding.headers(message, core.name, null);
        deadLetters.add(new DeadLetter(channel, InteractionStyle.ONE_WAY, headers, message.copyOfPayload(), cause));
    }

    /** One of them on its way to another link. */
    private final class Returned extends Dispatch {

        private final WireMessage message;
        private final @Nullable Deadline expiry;
        private final Deadline until;
        private boolean isSettled;

        /**
         * @param expiry the message's own deadline, if it has one
         * @param until no longer than this it is sent again
         */
        Returned(WireMessage message, ChannelName channel, @Nullable Deadline expiry, Deadline until) {
            super(channel, expiry == null ? until : expiry.earlierOf(until), IfFull.WAIT);
            this.message = message;
            this.expiry = expiry;
            this.until = until;
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
        public Verdict offerTo(OutboundLink link) {
            if (expiry != null) {
                // Reckoned anew, and from now: what it said when it was sent before counts from then.
                Deadlines.stamp(message, expiry, 1, core.time, core.openedAt);
            }
            MessageId id = message.id;
            sentOneWays.add(id.sequence(), channel, message.correlation());
            boolean isWatched = core.flows.wants(id);
            Verdict verdict = link.send(message);
            if (verdict == Verdict.ACCEPTED) {
                isSettled = true;
                trials.put(id.sequence(), new Trial(attempts, until));
                if (isWatched) {
                    record(FlowStep.SENT, message, channel, link, null);
                }
            }
            return verdict;
        }

        @Override
        public void onAgain(MessagingException why) {
            if (core.flows.wants(message.id)) {
                record(FlowStep.ENQUEUED, message, channel, null, "tried again: " + why.getMessage());
            }
        }

        @Override
        public void fail(MessagingException cause) {
            if (!isSettled) {
                isSettled = true;
                record(Faults.step(cause), message, channel, null, cause.getMessage());
                bury(message, channel, cause);
            }
        }

        @Override
        public boolean isAbandoned() {
            return isSettled;
        }
    }
}
