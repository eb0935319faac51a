package io.parley.internal.router;

import io.parley.HandlerOptions;
import io.parley.SubscribeOptions;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.failure.NotSentException;
import io.parley.internal.convert.Deadlines;
import io.parley.internal.pubsub.FeedOrigin;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublishedChannel;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.pubsub.Questions;
import io.parley.internal.pubsub.SubscriptionState;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.Control.Subscribed;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.ReservedHeaders;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.Topics.Ask;
import io.parley.internal.wire.WireMessage;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import io.parley.time.Deadline;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One channel of another service, published again for those who subscribed to it at this router, and subscribed to as long as there are
 * any. Events keep their ids and numbers, so that what is missed on either side of the router shows to the subscriber, and what comes
 * by two routers is told apart from what is new. Confined to the I/O context.
 */
final class ChannelBridge implements SubscriptionState.Listener {

    private final PeerContext core;
    private final PublishBuffer publications;
    private final Owner owner;
    private final ChannelName channel;
    /** For the topics only: the numbers are the publishers' own. */
    private final PublishedChannel topics;

    private final SubscriptionState upstream;
    private final Set<ByteBuffer> prefixes = new HashSet<>();
    /** Who wants to be told that the subscription is in force, and whether he was. */
    private final Map<ByteBuffer, Boolean> confirmations = new HashMap<>();

    private final Map<Long, Publisher> publishers = new LinkedHashMap<>();

    /** What all channels of one router share. Called in the I/O context. */
    interface Owner {

        /** Whether somebody wants the last numbers of {@code channel}, since before or after it subscribed to that. */
        boolean areNumbersWanted(ChannelName channel);

        /** A survey is passed on: responses to it, late ones included, will find their way. */
        void onSurvey(ChannelName channel, BridgedMessage survey);

        /** Reports an error to the error handler. */
        void complain(String what);
    }

    /** Somebody whose events are passed on, and the number of the last one. */
    private static final class Publisher {

        private final PeerId speaker;
        private long number;

        Publisher(PeerId speaker, long number) {
            this.speaker = speaker;
            this.number = number;
        }
    }

    ChannelBridge(PeerContext core, PublishBuffer publications, Owner owner, ChannelName channel, Runnable onRoom) {
        this.core = core;
        this.publications = publications;
        this.owner = owner;
        this.channel = channel;
        topics = new PublishedChannel(channel, InteractionStyle.PUBLISH);
        upstream = new SubscriptionState(
                new BridgedMessage.To(core, channel, this::publish, publications::isCrowded),
                SubscribeOptions.all().withHandling(HandlerOptions.inline()),
                publisher -> new FeedOrigin(new PeerName(publisher.service(), publisher.name())),
                onRoom,
                this);
    }

    SubscriptionState upstream() {
        return upstream;
    }

    ChannelName channel() {
        return channel;
    }

    int subscriptions() {
        return prefixes.size() + confirmations.size();
    }

    boolean isWanted() {
        return !prefixes.isEmpty();
    }

    void add(byte[] prefix) {
        prefixes.add(ByteBuffer.wrap(prefix));
    }

    void addConfirmation(byte[] prefix) {
        confirmations.put(ByteBuffer.wrap(prefix), false);
        confirm();
    }

    void remove(byte[] prefix) {
        var key = ByteBuffer.wrap(prefix);
        prefixes.remove(key);
        confirmations.remove(key);
    }

    /** Somebody asks for a publisher's last numbers: passes the question on, and the answer back. */
    void ask(PublisherFeeds feeds, Ask ask, byte[] topic) {
        feeds.ask(new Passing(topic), ask);
    }

    @Override
    public void onNumbers(Numbers numbers) {
        if (owner.areNumbersWanted(channel)) {
            publications.confirm(Topics.numbers(channel.toString()), numbers.passedOn());
        }
    }

    /** A question that was passed on. */
    private final class Passing implements Questions.Asker {

        private final byte[] topic;

        Passing(byte[] topic) {
            this.topic = topic;
        }

        @Override
        public SubscriptionState subscription() {
            return upstream;
        }

        @Override
        public void onAnswer(Ask asked, Numbers numbers) {
            publications.confirm(topic, numbers.passedOn());
        }

        @Override
        public void onNoAnswer(Ask asked, boolean late) {
            // Whoever asked asks again.
        }
    }

    /** Tells those who wait for it, once all publishers have confirmed to us. */
    void confirm() {
        if (!confirmations.containsValue(false) || !upstream.isConnected()) {
            return;
        }
        publications.flush();
        confirmations.replaceAll((prefix, done) -> {
            if (!done) {
                publishers.values().forEach(publisher -> confirm(prefix, publisher.speaker, publisher.number));
                confirm(prefix, core.speaker, 0);
            }
            return true;
        });
    }

    private void confirm(ByteBuffer prefix, PeerId speaker, long number) {
        publications.confirm(prefix.array(), new Subscribed(speaker, channel.toString(), number));
    }

    /** A publisher that joins is made known to all who have been told of the others. */
    @Override
    public void onConfirmed(Instance publisher, long number) {
        var speaker = new PeerId(publisher.incarnation(), publisher.service(), publisher.name());
        if (publishers.putIfAbsent(publisher.incarnation(), new Publisher(speaker, number)) == null) {
            publications.flush();
            confirmations.forEach((prefix, done) -> {
                if (done) {
                    confirm(prefix, speaker, number);
                }
            });
        }
        confirm();
    }

    @Override
    public void onGone(Instance publisher) {
        publishers.remove(publisher.incarnation());
    }

    private void publish(BridgedMessage task) {
        if (task.applicationHeaders().containsKey(ReservedHeaders.VIA)) {
            owner.complain(channel + " came through "
                    + task.applicationHeaders().get(ReservedHeaders.VIA) + " and is not passed on again");
            return;
        }
        Publisher from = publishers.get(task.id.incarnation());
        if (from != null) {
            from.number = task.number();
        }
        WireMessage onward = task.withHead(task.head.sender() == null ? task.head.from(task.publisher()) : task.head);
        onward.addHeader(ReservedHeaders.VIA, core.name.toString());
        Deadline deadline = task.deadline();
        if (deadline != null) {
            Deadlines.stamp(onward, deadline, 0, core.time, core.openedAt);
        }
        if (task.kind() == EnvelopeKind.SURVEY) {
            owner.onSurvey(channel, task);
        }
        try {
            publications.relay(topics, onward);
            core.counters.sent.increment();
            record(task);
        } catch (NotSentException e) {
            // Its subscribers will see the gap.
            owner.complain("What was published on " + channel + " was not passed on: " + e.getMessage());
        }
    }

    private void record(BridgedMessage task) {
        InteractionStyle style =
                task.kind() == EnvelopeKind.SURVEY ? InteractionStyle.SURVEY : InteractionStyle.PUBLISH;
        core.flows.recordPassed(
                FlowStep.SENT,
                channel,
                style,
                task,
                String.valueOf(task.publisher()),
                channel,
                0,
                "passed on by " + core.name);
    }
}
