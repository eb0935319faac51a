package io.parley.internal;

import io.parley.DeadLetter;
import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.internal.OutboundLink.Unawaited;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches over deadlines while anything waits that nobody else watches, and sees to answers that nobody awaits. Thread-safe, but for
 * {@link #onUnawaited}, which is confined to the I/O context.
 */
final class Calls {

    /** How late an asynchronous call may learn of its deadline. */
    private static final Duration SWEEP = Duration.ofMillis(10);

    private static final int REMEMBERED_ONE_WAYS = 1024;

    private final Core core;
    private final DeadLetters deadLetters;
    private final LongPredicate sweep;
    private final Elsewhere elsewhere;
    private final AtomicBoolean armed = new AtomicBoolean();
    private final SentOneWays oneWays = new SentOneWays(REMEMBERED_ONE_WAYS);

    /** @param sweep fails what is overdue at the time given, and answers whether anything is left to watch; run in the I/O context */
    Calls(Core core, DeadLetters deadLetters, LongPredicate sweep, Elsewhere elsewhere) {
        this.core = core;
        this.deadLetters = deadLetters;
        this.sweep = sweep;
        this.elsewhere = elsewhere;
    }

    /** Sees to it that deadlines are looked at, from now until nothing is left to watch. */
    void armSweep() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            core.time.schedule(SWEEP, () -> core.port().execute(this::onSweep));
        }
    }

    /** Once per heartbeat interval: should a sweep have been lost, as for want of memory, deadlines are looked at from now on again. */
    void onBeat() {
        onSweep();
    }

    private void onSweep() {
        armed.set(false);
        if (sweep.test(core.time.nanoTime())) {
            armSweep();
        }
    }

    /** Remembers a one-way message for a while, so that a refusal can be told with its channel. */
    void sentOneWay(MessageId id, ChannelName channel, @Nullable String correlation) {
        oneWays.add(id.sequence(), channel, correlation);
    }

    void onUnawaited(String service, OutboundLink link, WireMessage answer, Unawaited why) {
        if (elsewhere.onAnswer(link, answer)) {
            return;
        }
        MessageId question = answer.inReplyTo == null ? answer.id : answer.inReplyTo;
        if (answer.kind() == EnvelopeKind.FAULT && question.incarnation() == core.incarnation) {
            SentOneWays.Sent oneWay = oneWays.remove(question.sequence());
            if (oneWay != null) {
                onRefusedOneWay(link, answer, oneWay);
                return;
            }
        }
        switch (why) {
            case LATE -> core.counters.lateReplies.increment();
            case DUPLICATE -> core.counters.duplicateReplies.increment();
            case UNCLAIMED -> core.counters.unclaimedReplies.increment();
        }
        String detail =
                switch (why) {
                    case LATE -> "late reply, dropped";
                    case DUPLICATE -> "second reply, dropped";
                    case UNCLAIMED -> "reply to nobody, dropped";
                };
        core.flows.tellAnswer(
                FlowStep.DROPPED,
                new ChannelName(service, "unknown"),
                Style.REQUEST,
                answer.head.type(),
                question,
                answer.correlation(),
                link.acceptor(),
                core.name,
                detail);
    }

    void onLinkEnded(OutboundLink link, String reason) {
        elsewhere.onLinkEnded(link, reason);
    }

    /** Sees to one-way messages to one service that come back. */
    ReturnedOneWays returnedOneWays(Retries retries) {
        return new ReturnedOneWays(core, deadLetters, this, retries);
    }

    /** The link ended before another peer's message was sent that it had accepted. */
    void onUnsent(OutboundLink link, WireMessage message, String reason) {
        elsewhere.onUnsent(link, message, reason);
    }

    /** The link ended before it was known of one-way messages that they were finished. */
    void onUnfinished(OutboundLink link, UnfinishedOneWays.Rest rest, String reason, ReturnedOneWays oneWays) {
        long all = rest.messages().size() + rest.beyond();
        core.counters.lostOneWays.add(all);
        for (WireMessage message : rest.messages()) {
            if (message.id.incarnation() == core.incarnation) {
                oneWays.onUnfinished(link, message, reason);
            } else {
                elsewhere.onUnfinished(link, message, reason);
            }
        }
        String what = all + " one-way messages may or may not have been handled, as the link to " + link.other()
                + " was lost: " + reason;
        if (rest.beyond() > 0) {
            what += "; " + rest.beyond() + " of them are no dead letters, as more than " + rest.capacity()
                    + " bytes were on their way";
        }
        core.complaints.complain("lost-one-ways", what, new LinkLostException(what));
    }

    private void onRefusedOneWay(OutboundLink link, WireMessage fault, SentOneWays.Sent sent) {
        MessagingException cause = Faults.toException(fault, sent.channel());
        MessageId id = Objects.requireNonNull(fault.inReplyTo);
        Headers headers = Headers.builder()
                .id(id)
                .correlationId(sent.correlation())
                .sender(core.name)
                .build();
        core.flows.tellAnswer(
                FlowStep.REFUSED,
                sent.channel(),
                Style.ONE_WAY,
                null,
                id,
                sent.correlation(),
                core.name,
                link.acceptor(),
                cause.getMessage());
        deadLetters.add(new DeadLetter(sent.channel(), Style.ONE_WAY, headers, new byte[0], cause));
    }
}
