package io.parley.internal;

import io.parley.Gap;
import io.parley.SubscribeOptions;
import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.Speaker;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Head;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: its queue, and for each publisher what has been seen. Confined to the I/O context, but for
 * {@link #awaitConnected} and {@link #publishers}, which are thread-safe.
 */
final class SubscriptionState {

    private static final int MOST_BEHIND_ROUTERS = 1_000;

    private final Core core;
    private final ChannelName channel;
    private final String channelText;
    private final SubscribeOptions options;
    private final Destination to;
    private final @Nullable Lane lane;
    /** What has arrived in the frame that is being read. */
    private final TaskBatch gathered = new TaskBatch();

    private final Function<Instance, Origin> originFor;
    private final Listener listener;
    private final Object monitor = new Object();
    /** Guarded by {@link #monitor}, as is the one below. */
    private final Set<AtPublisher> confirmed = new HashSet<>();

    private int wanted;

    /** When the application subscribed. */
    private final long since;

    private final FormerPublishers former;
    /** Those whose events routers pass on, by incarnation. */
    private final Map<Long, AtPublisher> behindRouters = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, AtPublisher> eldest) {
            return size() > MOST_BEHIND_ROUTERS;
        }
    };

    /** Is told of the publishers. Called in the I/O context. */
    interface Listener {

        Listener NOBODY = new Listener() {};

        /** The publisher confirms: events after {@code number} arrive. */
        default void onConfirmed(Instance publisher, long number) {}

        default void onGone(Instance publisher) {}

        /** The publisher tells its last numbers, after the events that they are of. */
        default void onNumbers(Numbers numbers) {}
    }

    /** @param onRoom run by a thread of the pool when a queue that was full is so no more */
    SubscriptionState(
            Destination to,
            SubscribeOptions options,
            Function<Instance, Origin> originFor,
            Runnable onRoom,
            Listener listener) {
        this.listener = listener;
        this.to = to;
        this.core = to.core;
        this.channel = to.channel;
        this.channelText = channel.toString();
        this.options = options;
        this.originFor = originFor;
        lane = Handlers.lane(core, options.handling(), onRoom);
        since = core.time.nanoTime();
        former = new FormerPublishers(core);
    }

    ChannelName channel() {
        return channel;
    }

    String channelText() {
        return channelText;
    }

    String subjectPrefix() {
        return options.subjectPrefix();
    }

    AtPublisher at(Instance publisher) {
        var name = new PeerName(publisher.service(), publisher.name());
        return new AtPublisher(publisher, name, originFor.apply(publisher), former.take(publisher.incarnation()));
    }

    /** For how long the application has wanted the channel. */
    long ageMillis() {
        return (core.time.nanoTime() - since) / 1_000_000;
    }

    /** This many publishers are known and followed. */
    void onPublishers(int count) {
        synchronized (monitor) {
            wanted = count;
            monitor.notifyAll();
        }
    }

    int publishers() {
        synchronized (monitor) {
            return confirmed.size();
        }
    }

    boolean awaitConnected(long limitNanos) throws InterruptedException {
        long end = core.time.nanoTime() + limitNanos;
        synchronized (monitor) {
            while (wanted == 0 || confirmed.size() < wanted) {
                long left = end - core.time.nanoTime();
                if (left <= 0 || core.isClosing()) {
                    return false;
                }
                monitor.wait(left / 1_000_000 + 1);
            }
            return true;
        }
    }

    /** Whether all known publishers have confirmed, and there is one. */
    boolean isConnected() {
        synchronized (monitor) {
            return wanted > 0 && confirmed.size() >= wanted;
        }
    }

    /** Whether it is, perhaps among others, to surveys. */
    boolean takesSurveys() {
        return to.takes(EnvelopeKind.SURVEY);
    }

    /** Whether there is no room for much more. */
    boolean isCrowded() {
        return lane != null ? lane.isCrowded() : to.isCrowded();
    }

    /** A frame has been read: what was in it goes to the handler. */
    void onFrameRead() {
        if (lane != null && !gathered.isEmpty()) {
            gathered.offerTo(lane, this::onRefused);
        }
    }

    /** The pool takes nothing: this peer is at its end, or the application's executor has turned it down. */
    private void onRefused(Runnable task) {
        if (task instanceof Received message) {
            message.onNotTaken();
        }
    }

    Destination to() {
        return to;
    }

    /** False if there is no room for it. Nobody else fills the lane, so what was gathered does find room. */
    private boolean enqueue(Runnable task) {
        if (lane == null) {
            task.run();
            return true;
        }
        if (gathered.size() >= lane.room()) {
            return false;
        }
        gathered.add(task);
        return true;
    }

    /** The subscription as one publisher serves it. */
    final class AtPublisher implements SeenNumbers.Gaps {

        /** Null for one behind a router. */
        private final @Nullable Instance publisher;

        private final PeerName name;
        private final Origin origin;
        private final SeenNumbers seen;
        private final PublisherNumbers numbers;
        /** What the event before said that was wanted. */
        private @Nullable Head wanted;
        /** The event that is being taken; null between events. */
        private @Nullable Received taking;
        /** The highest number that came by a router. */
        private long latestNumber;

        private boolean confirmedNow;

        private AtPublisher(
                @Nullable Instance publisher, PeerName name, Origin origin, @Nullable SeenNumbers seenBefore) {
            this.publisher = publisher;
            this.name = name;
            this.origin = origin;
            seen = seenBefore != null ? seenBefore : new SeenNumbers(options.subjectPrefix());
            numbers = new PublisherNumbers(SubscriptionState.this, seen, this, publisher == null);
        }

        SubscriptionState subscription() {
            return SubscriptionState.this;
        }

        /** The publisher confirms; events after {@code number} are ours. */
        void onConfirmed(long number) {
            confirmedNow = true;
            numbers.onConfirmed(number);
            synchronized (monitor) {
                confirmed.add(this);
                monitor.notifyAll();
            }
            if (publisher != null) {
                listener.onConfirmed(publisher, number);
            }
        }

        /** This router confirms for somebody whose events it passes on. */
        void onConfirmedFor(Speaker speaker, long number, PublisherFeed feed) {
            behind(speaker.incarnation(), new PeerName(speaker.service(), speaker.instance()), feed)
                    .numbers
                    .onConfirmed(number);
        }

        private AtPublisher behind(long incarnation, PeerName publisher, PublisherFeed feed) {
            AtPublisher known = behindRouters.get(incarnation);
            if (known == null) {
                known = new AtPublisher(null, publisher, origin, null);
                behindRouters.put(incarnation, known);
                known.numbers.ask(feed, incarnation);
            }
            return known;
        }

        /** Asks for the last numbers. */
        void ask(PublisherFeed feed, long incarnation) {
            numbers.ask(feed, incarnation);
        }

        /** The publisher tells its last numbers. */
        void onNumbers(Numbers told, PublisherFeed feed) {
            listener.onNumbers(told);
            numbers.onNumbers(told, feed);
        }

        /** As {@link #onNumbers}, of what this router passed on. */
        void onPassedOn(Numbers told, PublisherFeed feed) {
            Speaker from = told.speaker();
            AtPublisher behind = behind(from.incarnation(), new PeerName(from.service(), from.instance()), feed);
            behind.numbers.onNumbers(told, feed);
        }

        /** The feed is opened afresh: what is published meanwhile may be missed, and will show as a gap. */
        void onInterrupted() {
            confirmedNow = false;
            synchronized (monitor) {
                confirmed.remove(this);
            }
        }

        /** @param mayReturn whether the same incarnation may come back */
        void onGone(boolean mayReturn) {
            synchronized (monitor) {
                confirmed.remove(this);
            }
            if (publisher != null) {
                if (mayReturn) {
                    former.keep(publisher.incarnation(), seen);
                }
                listener.onGone(publisher);
            }
        }

        boolean isConfirmed() {
            return confirmedNow;
        }

        boolean wants(Head head) {
            if (head == wanted) {
                return true;
            }
            if (to.takes(head.kind())
                    && channelText.equals(head.channel())
                    && head.subject().startsWith(options.subjectPrefix())) {
                wanted = head;
                return true;
            }
            return false;
        }

        /** An event or survey that is about to be read. */
        Received received(Head head, MessageId id) {
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
        void onPassedOn(WireMessage message, PublisherFeed feed, long countsFrom) {
            PeerName from = message.head.sender();
            if (from == null) {
                return;
            }
            AtPublisher behind = behind(message.id.incarnation(), from, feed);
            behind.numbers.onConfirmed(message.number() - 1);
            if (message.number() > behind.latestNumber && behind.take(toReceive(message), countsFrom)) {
                behind.latestNumber = message.number();
            }
        }

        private Received toReceive(WireMessage message) {
            Received received;
            if (message instanceof Received own && own.to() == to) {
                received = own;
            } else {
                received = received(message.head, message.id);
                received.fillFrom(message);
            }
            return received;
        }

        /** False if it was there before, or there was no room for it. */
        private boolean take(Received message, long countsFrom) {
            message.onArrived(countsFrom);
            taking = message;
            boolean isNext = seen.isNext(message.subject(), message.number(), message.previous(), this);
            taking = null;
            if (!isNext) {
                return false;
            }
            message.to().inHand.begin();
            if (enqueue(message)) {
                core.counters.received.increment();
                seen.onSeen(message.number());
                return true;
            }
            // Dropped: the next one that finds room shows the gap, which is told always. Of the dropped ones only a
            // sample is told, as there are most of them when there is least time.
            if (message.isWatched()) {
                message.tellTrouble(FlowStep.DROPPED, "no room before the handler");
            }
            message.to().inHand.end();
            return false;
        }

        /** False if there is no room even for that; then the event cannot have any either. */
        @Override
        public boolean tell(String subject, long lastSeen, long missedUpTo) {
            var gap = new Gap(channel, name, subject, lastSeen, missedUpTo);
            boolean told =
                    enqueue(() -> core.callbacks.accept("gap", "The gap listener failed", options.gapListener(), gap));
            if (told) {
                core.counters.missedEvents.increment();
                tellFlow("missed some after number " + lastSeen);
            }
            return told;
        }

        private void tellFlow(String detail) {
            if (taking != null) {
                taking.tellTrouble(FlowStep.GAP, detail);
            } else if (!to.isReserved) {
                core.flows.tellAnswer(
                        FlowStep.GAP, channel, to.style, null, core.nextId(), null, name, core.name, detail);
            }
        }
    }
}
