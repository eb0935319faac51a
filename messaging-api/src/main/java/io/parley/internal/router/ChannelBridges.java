package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.failure.MessagingException;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.pubsub.ForeignSubscriptions;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.route.Dispatch;
import io.parley.internal.route.ServiceView;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.time.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of a router that passes on what others publish, and responses back to who made a survey. Confined to the I/O context. */
final class ChannelBridges implements ForeignSubscriptions, ChannelBridge.Owner {

    /** Subscriptions and wishes for confirmation, altogether; what is beyond is not served. */
    private static final int MOST_SUBSCRIPTIONS = 100_000;

    /** No subject that can be published is longer. */
    private static final int LONGEST = 512;

    private static final int MOST_SURVEYS = 10_000;

    private final PeerContext core;
    private final ForeignServices services;
    private final PublisherFeeds feeds;
    private final PublishBuffer publications;
    private final ByteQuota held;
    private final Map<String, ChannelBridge> relays = new HashMap<>();
    private final Map<MessageId, Surveyed> surveys = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MessageId, Surveyed> eldest) {
            return size() > MOST_SURVEYS;
        }
    };
    /** The channels whose last numbers somebody wants. Bounded by the subscriptions that there are. */
    private final Set<String> numbersWanted = new HashSet<>();

    private int subscriptions;

    /** A survey that was passed on, and who awaits the responses until when. */
    private record Surveyed(ChannelName channel, ServiceView surveyors, Deadline forgetAt) {}

    ChannelBridges(
            PeerContext core,
            ForeignServices services,
            PublisherFeeds feeds,
            PublishBuffer publications,
            ByteQuota held) {
        this.core = core;
        this.services = services;
        this.feeds = feeds;
        this.publications = publications;
        this.held = held;
    }

    @Override
    public boolean onSubscribed(byte[] prefix) {
        if (onNumbersWanted(prefix)) {
            return true;
        }
        String confirmed = Topics.confirmedChannel(prefix);
        String channel = confirmed != null ? confirmed : Topics.subscribedChannel(prefix);
        if (channel == null || !ForeignServices.isForeign(channel, core)) {
            return false;
        }
        if (prefix.length > LONGEST) {
            return true;
        }
        ChannelBridge relay = relays.get(channel);
        if (relay == null && confirmed == null) {
            relay = open(channel);
        }
        if (relay == null || subscriptions >= MOST_SUBSCRIPTIONS) {
            return true;
        }
        subscriptions -= relay.subscriptions();
        if (confirmed == null) {
            relay.add(prefix);
        } else {
            relay.addConfirmation(prefix);
        }
        subscriptions += relay.subscriptions();
        return true;
    }

    /**
     * Sees to a subscription to last numbers; false if it is to something else, or to this peer's own. A clock is this peer's own, whatever
     * service a subscriber takes it for.
     */
    private boolean onNumbersWanted(byte[] prefix) {
        Topics.Ask ask = Topics.asked(prefix);
        String channel = ask != null ? ask.channel() : Topics.numbersChannel(prefix);
        if (channel == null || Topics.isClock(channel) || !ForeignServices.isForeign(channel, core)) {
            return false;
        }
        ChannelBridge relay = relays.get(channel);
        if (ask == null) {
            numbersWanted.add(channel);
        } else if (relay != null) {
            relay.ask(feeds, ask, prefix);
        }
        return true;
    }

    @Override
    public boolean areNumbersWanted(ChannelName channel) {
        return numbersWanted.contains(channel.toString());
    }

    private @Nullable ChannelBridge open(String text) {
        ChannelName channel;
        ServiceView view;
        try {
            channel = ChannelName.parse(text);
            view = services.view(channel.owner());
        } catch (IllegalArgumentException e) {
            complain("Somebody subscribed to what cannot be: " + e.getMessage());
            return null;
        }
        if (view == null || subscriptions >= MOST_SUBSCRIPTIONS) {
            complain("Too many services or channels are subscribed to; " + channel + " is not");
            return null;
        }
        view.wantAcquaintance();
        services.follow(channel.owner());
        var relay = new ChannelBridge(
                core, publications, this, channel, () -> core.port().execute(feeds::onRoom));
        relays.put(text, relay);
        feeds.add(relay.upstream());
        return relay;
    }

    @Override
    public boolean onUnsubscribed(byte[] prefix) {
        String numbers = Topics.numbersChannel(prefix);
        if (numbers != null && numbersWanted.remove(numbers)) {
            return true;
        }
        String confirmed = Topics.confirmedChannel(prefix);
        String channel = confirmed != null ? confirmed : Topics.subscribedChannel(prefix);
        ChannelBridge relay = channel == null ? null : relays.get(channel);
        if (relay == null) {
            return false;
        }
        subscriptions -= relay.subscriptions();
        relay.remove(prefix);
        if (relay.isWanted()) {
            subscriptions += relay.subscriptions();
        } else {
            relays.remove(channel);
            feeds.remove(relay.upstream());
            services.followNoMore(relay.channel().owner());
        }
        return true;
    }

    void onBeat() {
        relays.values().forEach(ChannelBridge::confirm);
    }

    @Override
    public void complain(String what) {
        core.complaints.report("relay", what);
    }

    @Override
    public void onSurvey(ChannelName channel, BridgedMessage survey) {
        ServiceView surveyors = services.view(channel.owner());
        if (surveyors != null) {
            surveyors.wantLinks();
            Deadline forgetAt = Deadline.after(Duration.ofMillis(2 * survey.remaining()), core.time);
            surveys.put(survey.id, new Surveyed(channel, surveyors, forgetAt));
        }
    }

    /** A response, or a fault instead of one; false if it is to no survey that was passed on. */
    boolean onResponse(PeerId from, WireMessage response) {
        MessageId question = response.inReplyTo;
        Surveyed survey = question == null ? null : surveys.get(question);
        if (question == null || survey == null) {
            return false;
        }
        if (survey.forgetAt.hasPassed()) {
            core.counters.lateResponses.increment();
            return true;
        }
        if (!held.hasRoomFor(response.envelopeSize)) {
            complain(core.name + " holds as many messages as it may; a response of " + from.service() + '/'
                    + from.instance() + " was dropped");
            return true;
        }
        var responder = new PeerName(from.service(), from.instance());
        WireMessage back = response.head.sender() == null ? response.withHead(response.head.from(responder)) : response;
        back.compact();
        held.add(response.envelopeSize);
        survey.surveyors.dispatch(new Response(survey, question.incarnation(), back, response.envelopeSize));
        return true;
    }

    /** A response on its way back to the surveyor. */
    private final class Response extends Dispatch {

        private final long surveyor;
        private final WireMessage response;
        private final int size;

        Response(Surveyed survey, long surveyor, WireMessage response, int size) {
            super(survey.channel, survey.forgetAt, IfFull.WAIT);
            this.surveyor = surveyor;
            this.response = response;
            this.size = size;
        }

        @Override
        public long target() {
            return surveyor;
        }

        @Override
        public Verdict offerTo(OutboundLink link) {
            boolean isRead = link.outbox.backlog() <= held.most();
            if (isRead && !link.respond(response)) {
                return Verdict.CLOSED;
            }
            held.remove(size);
            if (!isRead) {
                complain(link.other() + " does not read the responses to its surveys; one was dropped");
            }
            return Verdict.ACCEPTED;
        }

        @Override
        public void fail(MessagingException cause) {
            held.remove(size);
            core.complaints.report("response", "A response on " + channel + " was lost", cause);
        }
    }
}
