package io.parley.internal.pubsub;

import io.parley.Gap;
import io.parley.discovery.Instance;
import io.parley.internal.dispatch.HandlerTarget;
import io.parley.internal.dispatch.InboundMessage;
import io.parley.internal.dispatch.ReplyPath;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The position of one subscription among what one publisher publishes: what has been seen. Confined to the I/O context. */
final class PublisherCursor implements SeenNumbers.Gaps {

    private final SubscriptionState subscription;
    private final HandlerTarget to;
    /** The cursors of those whose events routers pass on to this subscription, by incarnation. */
    private final Map<Long, PublisherCursor> behindRouters;

    private final FormerPublishers former;
    /** Null for one behind a router. */
    private final @Nullable Instance publisher;

    private final PeerName name;
    private final ReplyPath origin;
    private final SeenNumbers seen;
    private final PublisherNumbers numbers;
    /** What the event before said that was wanted. */
    private @Nullable SharedFields wanted;
    /** The event that is being taken; null between events. */
    private @Nullable InboundMessage taking;
    /** The highest number that came by a router. */
    private long latestNumber;

    private boolean confirmedNow;

    PublisherCursor(
            SubscriptionState subscription,
            @Nullable Instance publisher,
            PeerName name,
            ReplyPath origin,
            Map<Long, PublisherCursor> behindRouters,
            FormerPublishers former) {
        this.subscription = subscription;
        this.behindRouters = behindRouters;
        this.former = former;
        to = subscription.to();
        this.publisher = publisher;
        this.name = name;
        this.origin = origin;
        SeenNumbers before = publisher == null ? null : former.take(publisher.incarnation());
        seen = before != null ? before : new SeenNumbers(subscription.subjectPrefix());
        numbers = new PublisherNumbers(subscription, seen, this, publisher == null);
    }

    SubscriptionState subscription() {
        return subscription;
    }

    /** The publisher confirms; events after {@code number} are ours. */
    void onConfirmed(long number) {
        confirmedNow = true;
        numbers.onConfirmed(number);
        subscription.onConfirmed(this);
        if (publisher != null) {
            subscription.listener().onConfirmed(publisher, number);
        }
    }

    /** This router confirms for somebody whose events it passes on. */
    void onConfirmedFor(PeerId speaker, long number, PublisherNumbers.Source feed) {
        behind(speaker.incarnation(), new PeerName(speaker.service(), speaker.instance()), feed)
                .numbers
                .onConfirmed(number);
    }

    private PublisherCursor behind(long incarnation, PeerName publisher, PublisherNumbers.Source feed) {
        PublisherCursor known = behindRouters.get(incarnation);
        if (known == null) {
            known = new PublisherCursor(subscription, null, publisher, origin, behindRouters, former);
            behindRouters.put(incarnation, known);
            known.numbers.ask(feed, incarnation);
        }
        return known;
    }

    /** Asks for the last numbers. */
    void ask(PublisherNumbers.Source feed, long incarnation) {
        numbers.ask(feed, incarnation);
    }

    /** The publisher tells its last numbers. */
    void onNumbers(Numbers told, PublisherNumbers.Source feed) {
        subscription.listener().onNumbers(told);
        numbers.onNumbers(told, feed);
    }

    /** As {@link #onNumbers}, of what this router passed on. */
    void onPassedOn(Numbers told, PublisherNumbers.Source feed) {
        PeerId from = told.speaker();
        PublisherCursor behind = behind(from.incarnation(), new PeerName(from.service(), from.instance()), feed);
        behind.numbers.onNumbers(told, feed);
    }

    /** The feed is opened afresh: what is published meanwhile may be missed, and will show as a gap. */
    void onInterrupted() {
        confirmedNow = false;
        subscription.onUnconfirmed(this);
    }

    /** @param mayReturn whether the same incarnation may come back */
    void onGone(boolean mayReturn) {
        subscription.onUnconfirmed(this);
        if (publisher != null) {
            if (mayReturn) {
                former.keep(publisher.incarnation(), seen);
            }
            subscription.listener().onGone(publisher);
        }
    }

    boolean isConfirmed() {
        return confirmedNow;
    }

    boolean wants(SharedFields head) {
        if (head == wanted) {
            return true;
        }
        if (to.takes(head.kind())
                && subscription.channelText().equals(head.channel())
                && head.subject().startsWith(subscription.subjectPrefix())) {
            wanted = head;
            return true;
        }
        return false;
    }

    /** An event or survey that is about to be read. */
    InboundMessage received(SharedFields head, MessageId id) {
        return to.received(origin, head, id);
    }

    /**
     * Takes an event or survey.
     *
     * @param message what {@link #received} made, or what says the same
     * @param countsFrom since when its deadline counts, if it has one
     */
    void onEvent(WireMessage message, long countsFrom) {
        take(toReceive(message), countsFrom);
    }

    /**
     * As {@link #onEvent}, of an event that this router passed on: it counts among those of its publisher, and is nothing new if
     * another router was quicker.
     */
    void onPassedOn(WireMessage message, PublisherNumbers.Source feed, long countsFrom) {
        PeerName from = message.head.sender();
        if (from == null) {
            return;
        }
        PublisherCursor behind = behind(message.id.incarnation(), from, feed);
        behind.numbers.onConfirmed(message.number() - 1);
        if (message.number() > behind.latestNumber && behind.take(toReceive(message), countsFrom)) {
            behind.latestNumber = message.number();
        }
    }

    private InboundMessage toReceive(WireMessage message) {
        InboundMessage received;
        if (message instanceof InboundMessage own && own.to() == to) {
            received = own;
        } else {
            received = received(message.head, message.id);
            received.fillFrom(message);
        }
        return received;
    }

    /** False if it was there before, or there was no room for it. */
    private boolean take(InboundMessage message, long countsFrom) {
        message.onArrived(countsFrom);
        taking = message;
        boolean isNext = seen.isNext(message.subject(), message.number(), message.previous(), this);
        taking = null;
        if (!isNext) {
            return false;
        }
        message.to().inHand.begin();
        if (subscription.enqueue(message)) {
            to.core.counters.received.increment();
            seen.onSeen(message.number());
            return true;
        }
        // Dropped: the next one that finds room shows the gap, which is told always. Of the dropped ones only a
        // sample is told, as there are most of them when there is least time.
        if (message.isWatched()) {
            message.recordTrouble(FlowStep.DROPPED, "no room before the handler");
        }
        message.to().inHand.end();
        return false;
    }

    /** False if there is no room even for that; then the event cannot have any either. */
    @Override
    public boolean reportGap(String subject, long lastSeen, long missedUpTo) {
        var gap = new Gap(to.channel, name, subject, lastSeen, missedUpTo);
        boolean told = subscription.enqueue(() -> to.core.callbacks.accept(
                "gap", "The gap listener failed", subscription.options().gapListener(), gap));
        if (told) {
            to.core.counters.missedEvents.increment();
            recordGap("missed some after number " + lastSeen);
        }
        return told;
    }

    private void recordGap(String detail) {
        if (taking != null) {
            taking.recordTrouble(FlowStep.GAP, detail);
        } else if (!to.isReserved) {
            to.core.flows.recordAnswer(
                    FlowStep.GAP, to.channel, to.style, null, to.core.nextId(), null, name, to.core.name, detail);
        }
    }
}
