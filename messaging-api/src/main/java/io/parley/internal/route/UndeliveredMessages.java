package io.parley.internal.route;

import io.parley.failure.MessagingException;
import io.parley.internal.convert.Faults;
import io.parley.internal.link.CallSender;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.PendingCall;
import io.parley.internal.link.UnfinishedOneWays;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;

/**
 * Sees to the messages to one service that links return, as they were refused, never sent, or lost with their link: sends again what was
 * certainly not begun, and passes the rest to whom it concerns. Confined to the I/O context.
 */
final class UndeliveredMessages {

    private final PeerContext core;
    private final String service;
    private final Retries retries;
    private final ReturnedOneWays oneWays;
    private final UnawaitedAnswers unawaited;

    UndeliveredMessages(PeerContext core, String service, Retries retries, UnawaitedAnswers unawaited) {
        this.core = core;
        this.service = service;
        this.retries = retries;
        this.unawaited = unawaited;
        oneWays = unawaited.returnedOneWays(retries);
    }

    /**
     * A fault came for a call that is awaited no more, and not settled.
     *
     * @return whether it is tried again, and so is settled later
     */
    boolean onRefused(OutboundLink link, PendingCall call, WireMessage fault) {
        if (call instanceof Attempt attempt && attempt.outgoing().target() == 0 && Retries.isRetryable(fault)) {
            retries.again(attempt.outgoing(), link, Faults.toException(fault, call.channel()));
            return true;
        }
        return false;
    }

    /** The link ended before a request of this peer was sent that it had accepted. */
    void onUnsent(OutboundLink link, PendingCall call, MessagingException cause) {
        if (call instanceof Attempt attempt) {
            retries.again(attempt.outgoing(), link, cause);
        } else {
            call.fail(cause);
        }
    }

    /** The link ended before a message that it had accepted, one-way or another peer's, was sent. */
    void onUnsent(OutboundLink link, WireMessage message, String reason) {
        if (message.id.incarnation() == core.incarnation) {
            oneWays.onUnsent(link, message, reason);
        } else {
            unawaited.onUnsent(link, message, reason);
        }
    }

    /** The link ended before it was known of one-way messages that they were finished. */
    void onUnfinished(OutboundLink link, UnfinishedOneWays.Rest rest, String reason) {
        unawaited.onUnfinished(link, rest, reason, oneWays);
    }

    /** An answer arrived that nobody awaits. It may be the refusal of a one-way message. */
    void onUnawaited(OutboundLink link, WireMessage answer, CallSender.Unawaited why) {
        MessageId question = answer.inReplyTo;
        if (answer.kind() == EnvelopeKind.FAULT && question != null && question.incarnation() == core.incarnation) {
            WireMessage refused = link.takeRefused(question);
            if (refused != null) {
                oneWays.onRefused(link, refused, answer);
                return;
            }
        }
        unawaited.onUnawaited(service, link, answer, why);
    }

    /** The link has ended. */
    void onLinkEnded(OutboundLink link, String reason) {
        unawaited.onLinkEnded(link, reason);
    }
}
