package io.parley.internal.route;

import io.parley.DeadLetter;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.internal.convert.Faults;
import io.parley.internal.link.CallSender.Unawaited;
import io.parley.internal.link.ForeignAnswers;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SentOneWays;
import io.parley.internal.link.UnfinishedOneWays;
import io.parley.internal.runtime.DeadLetters;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import java.util.Objects;

/**
 * Sees to answers that nobody awaits, and to messages that links return: those of other peers go to the router's part, refusals of one-way
 * messages become dead letters, and the rest is counted. Confined to the I/O context.
 */
public final class UnawaitedAnswers {

    private final PeerContext core;
    private final DeadLetters deadLetters;
    private final SentOneWays oneWays;
    private final ForeignAnswers foreign;

    public UnawaitedAnswers(PeerContext core, DeadLetters deadLetters, SentOneWays oneWays, ForeignAnswers foreign) {
        this.core = core;
        this.deadLetters = deadLetters;
        this.oneWays = oneWays;
        this.foreign = foreign;
    }

    void onUnawaited(String service, OutboundLink link, WireMessage answer, Unawaited why) {
        if (foreign.onAnswer(link, answer)) {
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
        core.flows.recordAnswer(
                FlowStep.DROPPED,
                new ChannelName(service, "unknown"),
                InteractionStyle.REQUEST,
                answer.head.type(),
                question,
                answer.correlation(),
                link.acceptor(),
                core.name,
                detail);
    }

    void onLinkEnded(OutboundLink link, String reason) {
        foreign.onLinkEnded(link, reason);
    }

    /** Sees to one-way messages to one service that come back. */
    ReturnedOneWays returnedOneWays(Retries retries) {
        return new ReturnedOneWays(core, deadLetters, this.oneWays, retries);
    }

    /** The link ended before another peer's message was sent that it had accepted. */
    void onUnsent(OutboundLink link, WireMessage message, String reason) {
        foreign.onUnsent(link, message, reason);
    }

    /** The link ended before it was known of one-way messages that they were finished. */
    void onUnfinished(OutboundLink link, UnfinishedOneWays.Rest rest, String reason, ReturnedOneWays oneWays) {
        long all = rest.messages().size() + rest.beyond();
        core.counters.lostOneWays.add(all);
        for (WireMessage message : rest.messages()) {
            if (message.id.incarnation() == core.incarnation) {
                oneWays.onUnfinished(link, message, reason);
            } else {
                foreign.onUnfinished(link, message, reason);
            }
        }
        String what = all + " one-way messages may or may not have been handled, as the link to " + link.other()
                + " was lost: " + reason;
        if (rest.beyond() > 0) {
            what += "; " + rest.beyond() + " of them are no dead letters, as more than " + rest.capacity()
                    + " bytes were on their way";
        }
        core.complaints.report("lost-one-ways", what, new LinkLostException(what));
    }

    private void onRefusedOneWay(OutboundLink link, WireMessage fault, SentOneWays.Sent sent) {
        MessagingException cause = Faults.toException(fault, sent.channel());
        MessageId id = Objects.requireNonNull(fault.inReplyTo);
        Headers headers = Headers.builder()
                .id(id)
                .correlationId(sent.correlation())
                .sender(core.name)
                .build();
        core.flows.recordAnswer(
                FlowStep.REFUSED,
                sent.channel(),
                InteractionStyle.ONE_WAY,
                null,
                id,
                sent.correlation(),
                core.name,
                link.acceptor(),
                cause.getMessage());
        deadLetters.add(new DeadLetter(sent.channel(), InteractionStyle.ONE_WAY, headers, new byte[0], cause));
    }
}
