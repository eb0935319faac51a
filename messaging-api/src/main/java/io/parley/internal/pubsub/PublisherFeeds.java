package io.parley.internal.pubsub;

import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.internal.dispatch.OverdueRequests;
import io.parley.internal.health.GracePeriod;
import io.parley.internal.health.UnusableInstances;
import io.parley.internal.route.InstancesListener;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Topics.Ask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The publishers that this peer follows, one feed for each, and its subscriptions. Confined to the I/O context. */
public final class PublisherFeeds implements InstancesListener {

    private final PeerContext core;
    private final Map<Publisher, PublisherFeed> feeds = new LinkedHashMap<>();
    private final List<SubscriptionState> subscriptions = new ArrayList<>();
    private final Map<SubscriptionState, SubscriptionCursors> cursors = new HashMap<>();
    private final Map<String, List<Instance>> instances = new LinkedHashMap<>();
    private final GracePeriod<PublisherFeed> grace;
    /** Feeds of publishers that the registry has lost. */
    private final Set<PublisherFeed> lost = new HashSet<>();
    /** Services with a publisher that could not be followed at the last attempt. */
    private final Set<String> unfollowed = new HashSet<>();

    private final UnusableInstances unusable;

    /** One subscription at this moment. Immutable. */
    public record Subscribed(String channel, String prefix, int publishers) {}

    public PublisherFeeds(PeerContext core) {
        this.core = core;
        grace = new GracePeriod<>(core, this::lookAtLost);
        unusable = new UnusableInstances(core);
    }

    public void add(SubscriptionState subscription) {
        subscriptions.add(subscription);
        cursors.put(subscription, new SubscriptionCursors(subscription));
        List<Instance> known = instances.get(subscription.channel().owner());
        if (known != null) {
            onInstances(subscription.channel().owner(), known);
        }
    }

    public void remove(SubscriptionState subscription) {
        subscriptions.remove(subscription);
        cursors.remove(subscription);
        for (PublisherFeed feed : List.copyOf(feeds.values())) {
            feed.remove(subscription);
            if (feed.isUnused()) {
                close(feed);
            }
        }
    }

    private void close(PublisherFeed feed) {
        feeds.remove(Publisher.of(feed.instance()));
        lost.remove(feed);
        grace.forget(feed);
        feed.close();
    }

    @Override
    public void onInstances(String service, List<Instance> snapshot) {
        instances.put(service, snapshot);
        unfollowed.remove(service);
        Set<Long> present = new HashSet<>();
        var places = new HashSet<Place>();
        for (Instance instance : snapshot) {
            present.add(instance.incarnation());
            places.add(Place.of(instance));
        }
        unusable.forgetAllBut(
                key -> key instanceof Place place && (!place.service.equals(service) || places.contains(place)));
        for (PublisherFeed feed : List.copyOf(feeds.values())) {
            if (!feed.instance().service().equals(service)) {
                continue;
            }
            if (present.contains(feed.instance().incarnation())) {
                lost.remove(feed);
                grace.forget(feed);
                closeIfElsewhere(feed, snapshot);
            } else if (grace.covers(feed, feed.isAlive(), feed.instance(), snapshot)) {
                lost.add(feed);
            } else {
                close(feed);
            }
        }
        for (SubscriptionState subscription : subscriptions) {
            if (subscription.channel().owner().equals(service)) {
                follow(subscription, snapshot);
            }
        }
    }

    /** A publisher is followed where the registry has it now: of two places for one incarnation, another may be the right one. */
    private void closeIfElsewhere(PublisherFeed feed, List<Instance> snapshot) {
        Publisher publisher = Publisher.of(feed.instance());
        Set<String> addresses = new HashSet<>();
        for (Instance instance : snapshot) {
            if (Publisher.of(instance).equals(publisher)
                    && !instance.publishAddress().isEmpty()) {
                addresses.add(instance.publishAddress());
            }
        }
        if (!addresses.isEmpty() && !addresses.contains(feed.instance().publishAddress())) {
            close(feed);
        }
    }

    private void lookAtLost() {
        Set<String> services = new HashSet<>();
        lost.forEach(feed -> services.add(feed.instance().service()));
        services.forEach(service -> onInstances(service, instances.getOrDefault(service, List.of())));
    }

    @Override
    public void onForgotten(String service) {
        instances.remove(service);
        unfollowed.remove(service);
    }

    private void follow(SubscriptionState subscription, List<Instance> snapshot) {
        Set<Publisher> followed = new HashSet<>();
        int strangers = 0;
        for (Instance instance : snapshot) {
            if (!publishes(instance, subscription)) {
                continue;
            }
            if (instance.incarnation() == 0) {
                // It is there, and will be followed once it has told who it is.
                strangers++;
            } else if (!instance.publishAddress().isEmpty()) {
                if (follow(subscription, instance)) {
                    followed.add(Publisher.of(instance));
                }
            }
        }
        long kept = lost.stream()
                .filter(feed ->
                        feed.instance().service().equals(subscription.channel().owner()))
                .filter(feed -> feed.serves(subscription))
                .count();
        subscription.onPublishers(followed.size() + strangers + (int) kept);
    }

    /** Whatever an address makes the transport throw, the other publishers are followed, and this one is tried again. */
    private boolean follow(SubscriptionState subscription, Instance instance) {
        try {
            feeds.computeIfAbsent(Publisher.of(instance), unseen -> new PublisherFeed(core, instance, this::lookAtLost))
                    .add(Objects.requireNonNull(cursors.get(subscription)));
            unusable.forget(Place.of(instance));
            return true;
        } catch (RuntimeException e) {
            unfollowed.add(instance.service());
            unusable.onUnreachable(Place.of(instance), instance, instance.publishAddress(), e);
            return false;
        }
    }

    /** Whether an instance announces the channel, or does not tell what it publishes. */
    private static boolean publishes(Instance instance, SubscriptionState subscription) {
        InteractionStyle style = instance.channels().get(subscription.channel());
        return instance.channels().isEmpty()
                || subscription.channel().isReserved()
                || style == InteractionStyle.PUBLISH
                || style == InteractionStyle.SURVEY;
    }

    /** Asks a publisher that {@code asker}'s subscription follows for its last numbers; false if that cannot be. */
    public boolean ask(Questions.Asker asker, Ask ask) {
        for (PublisherFeed feed : feeds.values()) {
            if (feed.instance().incarnation() == ask.incarnation() && feed.serves(asker.subscription())) {
                return feed.ask(asker, ask.incarnation(), ask.after(), ask.ageMillis(), ask.channel());
            }
        }
        return false;
    }

    public List<Subscribed> states() {
        return subscriptions.stream()
                .filter(each -> !each.channel().isReserved())
                .map(each -> new Subscribed(each.channelText(), each.subjectPrefix(), each.publishers()))
                .toList();
    }

    /** A queue before a handler is not full any more. */
    public void onRoom() {
        feeds.values().forEach(PublisherFeed::onRoom);
    }

    /** Looks for surveys that are in hand long past their deadline. */
    public void lookAtOverdue(OverdueRequests overdue, long now) {
        subscriptions.forEach(subscription -> overdue.look(subscription.to(), now));
    }

    /** Once per heartbeat interval. */
    public void onBeat() {
        feeds.values().forEach(PublisherFeed::onBeat);
        lookAtLost();
        unusable.onBeat();
        for (String service : List.copyOf(unfollowed)) {
            onInstances(service, instances.getOrDefault(service, List.of()));
        }
    }

    /** Ends all that comes in. Subscriptions are as good as closed. */
    public void close() {
        subscriptions.forEach(subscription -> subscription.onPublishers(0));
        subscriptions.clear();
        cursors.clear();
        feeds.values().forEach(PublisherFeed::close);
        feeds.clear();
        lost.clear();
    }

    /** One incarnation may be known as an instance of several services, and by several names. Immutable. */
    private record Publisher(String service, long incarnation) {

        static Publisher of(Instance instance) {
            return new Publisher(instance.service(), instance.incarnation());
        }
    }

    /** Where an instance can be followed. Immutable. */
    private record Place(String service, String name, String publishAddress) {

        static Place of(Instance instance) {
            return new Place(instance.service(), instance.name(), instance.publishAddress());
        }
    }
}
