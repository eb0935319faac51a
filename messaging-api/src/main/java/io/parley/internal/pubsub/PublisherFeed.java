package io.parley.internal.pubsub;

import io.parley.discovery.Instance;
import io.parley.failure.TooLargeException;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.ReservedHeaders;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.Topic;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.transport.Feed;
import io.parley.transport.FeedListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The feed of one publisher and this peer's subscriptions to it. A feed that goes quiet, or does not confirm, is opened afresh. Confined
 * to the I/O context.
 */
final class PublisherFeed implements FeedListener, FrameVisitor, PublisherNumbers.Source {

    private static final int QUIET_BEATS = 4;

    /** How long a feed waits for a handler that does not keep up. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    /** How long it does not wait for any after that. */
    private static final Duration RESENTMENT = Duration.ofSeconds(5);

    private final PeerContext core;
    private final Instance instance;
    private final Runnable onLeaving;
    /** By the nonce of the confirmation that each awaits or has had. */
    private final Map<Long, PublisherCursor> subscriptions = new LinkedHashMap<>();

    /** Those that hear what is in the frame that is being read. */
    private List<PublisherCursor> reading = List.of();

    private final Questions questions;
    private final FeedClock clock;
    private Feed feed;
    private boolean heard;
    private boolean lives;
    private boolean leaving;
    private boolean paused;
    private boolean impatient;
    /** Since when it is paused, or impatient. */
    private long since;

    private int quietBeats;
    private int unconfirmedBeats;
    private long theirIntervalMillis;
    private long confirming;

    /** @param onLeaving run in the I/O context when the publisher says that it goes */
    PublisherFeed(PeerContext core, Instance instance, Runnable onLeaving) {
        this.core = core;
        this.instance = instance;
        this.onLeaving = onLeaving;
        questions = new Questions(core.config.plugins().environment().random());
        clock = new FeedClock(core, instance.service(), instance.incarnation());
        feed = open();
    }

    private Feed open() {
        Feed opened = core.port().openFeed(instance.publishAddress(), this);
        opened.subscribe(Topics.heartbeat());
        return opened;
    }

    Instance instance() {
        return instance;
    }

    @Override
    public boolean isAlive() {
        return lives && !leaving;
    }

    boolean serves(SubscriptionState subscription) {
        return subscriptions.values().stream().anyMatch(each -> each.subscription() == subscription);
    }

    boolean isUnused() {
        return subscriptions.isEmpty();
    }

    void add(SubscriptionCursors cursors) {
        if (!serves(cursors.subscription())) {
            subscribe(cursors.at(instance));
        }
    }

    private void subscribe(PublisherCursor subscription) {
        SubscriptionState of = subscription.subscription();
        if (of.takesSurveys()) {
            clock.want(feed);
        }
        feed.subscribe(Topics.subscription(of.channelText(), of.subjectPrefix()));
        feed.subscribe(Topics.numbers(of.channelText()));
        subscription.ask(this, instance.incarnation());
        askForConfirmation(subscription);
    }

    @Override
    public boolean ask(Questions.Asker asker, long incarnation, long after, long ageMillis, String channel) {
        return questions.ask(feed, asker, incarnation, after, ageMillis, channel);
    }

    private void askForConfirmation(PublisherCursor subscription) {
        long nonce = core.config.plugins().environment().random().nextLong();
        subscriptions.put(nonce, subscription);
        feed.subscribe(Topics.confirmation(nonce, subscription.subscription().channelText()));
    }

    void remove(SubscriptionState subscription) {
        for (Map.Entry<Long, PublisherCursor> entry : List.copyOf(subscriptions.entrySet())) {
            if (entry.getValue().subscription() == subscription) {
                subscriptions.remove(entry.getKey());
                entry.getValue().onGone(false);
                questions.forget(feed, subscription);
                feed.unsubscribe(Topics.subscription(subscription.channelText(), subscription.subjectPrefix()));
                feed.unsubscribe(Topics.numbers(subscription.channelText()));
                feed.unsubscribe(Topics.confirmation(entry.getKey(), subscription.channelText()));
            }
        }
    }

    void close() {
        feed.close();
        questions.onFeedEnded();
        subscriptions.values().forEach(subscription -> subscription.onGone(!leaving));
        subscriptions.clear();
    }

    /** Once per heartbeat interval. */
    void onBeat() {
        questions.onBeat(feed);
        clock.onBeat(feed);
        subscriptions.values().forEach(each -> each.subscription().onFrameRead());
        if (subscriptions.values().stream().allMatch(PublisherCursor::isConfirmed)) {
            unconfirmedBeats = 0;
        } else if (++unconfirmedBeats >= QUIET_BEATS) {
            unconfirmedBeats = 0;
            askAgain();
        }
        if (heard || paused) {
            heard = false;
            quietBeats = 0;
        } else if (++quietBeats >= QUIET_BEATS * beatsPerHeartbeat()) {
            reopen();
        }
    }

    /** A confirmation can be lost, where a publisher has more to send to us than it can. */
    private void askAgain() {
        for (Map.Entry<Long, PublisherCursor> entry : List.copyOf(subscriptions.entrySet())) {
            PublisherCursor subscription = entry.getValue();
            if (!subscription.isConfirmed()) {
                String channel = subscription.subscription().channelText();
                subscriptions.remove(entry.getKey());
                feed.unsubscribe(Topics.confirmation(entry.getKey(), channel));
                askForConfirmation(subscription);
            }
        }
    }

    /** How many of our intervals one of the publisher's takes. */
    private long beatsPerHeartbeat() {
        long ours = core.config.limits().heartbeat().toMillis();
        return Math.max(1, (theirIntervalMillis + ours - 1) / ours);
    }

    private void reopen() {
        quietBeats = 0;
        lives = false;
        paused = false;
        feed.close();
        questions.onFeedEnded();
        clock.onFeedEnded();
        try {
            feed = open();
        } catch (RuntimeException e) {
            // Tried again after as long a silence: the closed feed hears nothing.
            core.complaints.report("follow", "The feed of " + instance.label() + " cannot be opened anew", e);
            return;
        }
        var all = new ArrayList<>(subscriptions.values());
        subscriptions.clear();
        for (PublisherCursor subscription : all) {
            subscription.onInterrupted();
            subscribe(subscription);
        }
    }

    @Override
    public void onFrame(byte[] publication) {
        heard = true;
        lives = true;
        reading = List.copyOf(subscriptions.values());
        clock.onFrame();
        try {
            Topic topic = Topics.read(publication, core.texts);
            confirming = topic.nonce();
            Frames.read(publication, topic, core.texts, this);
        } catch (MalformedFrameException e) {
            core.counters.malformedFrames.increment();
            core.complaints.report("feed", "A publication of " + instance.label() + " is malformed", e);
        }
        boolean crowded = false;
        for (PublisherCursor subscription : reading) {
            subscription.subscription().onFrameRead();
            crowded |= subscription.subscription().isCrowded();
        }
        if (crowded) {
            onCrowded();
        }
    }

    @Override
    public void onTooLarge(long bytes) {
        heard = true;
        lives = true;
        long most = core.config.limits().maxMessageBytes();
        String what = "An event of " + instance.label() + " was dropped: with what is around it, it takes " + bytes
                + " bytes, and this peer's limit for a message is " + most
                + " (Limits.maxMessageBytes). It counts as missed";
        core.complaints.report("event-too-large", what, new TooLargeException(what));
    }

    /**
     * A handler does not keep up. All that come with this feed wait a moment for it, so that the publisher can; if that does not help,
     * it misses what it has no room for, and for some time nobody waits for it again.
     */
    private void onCrowded() {
        long now = core.time.nanoTime();
        if (paused || (impatient && now - since < RESENTMENT.toNanos()) || !feed.pause()) {
            return;
        }
        paused = true;
        impatient = false;
        since = now;
        core.time.schedule(PATIENCE, () -> core.port().execute(() -> onWaitedLong(now)));
    }

    private void onWaitedLong(long begun) {
        if (paused && since == begun) {
            impatient = true;
            since = core.time.nanoTime();
            resume();
        }
    }

    /** There may be room again. */
    void onRoom() {
        if (paused
                && subscriptions.values().stream()
                        .noneMatch(each -> each.subscription().isCrowded())) {
            resume();
        }
    }

    private void resume() {
        paused = false;
        feed.resume();
    }

    @Override
    public void onControl(Control control) {
        boolean isOfFeed =
                switch (control.kind()) {
                    case SUBSCRIBED -> onConfirmed((Control.Subscribed) control);
                    case NUMBERS -> onNumbers((Control.Numbers) control);
                    case HEARTBEAT -> onHeartbeat((Control.Heartbeat) control);
                    case HELLO,
                            WELCOME,
                            REJECT,
                            CREDIT,
                            CREDIT_WANTED,
                            FINISHED,
                            PING,
                            PONG,
                            GOING_AWAY,
                            CANCEL,
                            CHUNK,
                            BULK_WANTED,
                            BULK_AT,
                            BULK_HELLO,
                            BULK_ARRIVED,
                            BULK_NEXT,
                            BULK_OVER -> false;
                };
        assert isOfFeed : control;
    }

    private boolean onConfirmed(Control.Subscribed subscribed) {
        PublisherCursor subscription = subscriptions.get(confirming);
        if (subscription != null && subscription.subscription().channelText().equals(subscribed.channel())) {
            if (subscribed.speaker().incarnation() == instance.incarnation()) {
                subscription.onConfirmed(subscribed.number());
            } else {
                subscription.onConfirmedFor(subscribed.speaker(), subscribed.number(), this);
            }
        }
        return true;
    }

    /** The heartbeat of another incarnation, which has the address by now, says nothing of this one. */
    private boolean onHeartbeat(Control.Heartbeat heartbeat) {
        if (heartbeat.incarnation() != instance.incarnation()) {
            clock.onStranger();
            return true;
        }
        if (heartbeat.millis() == 0) {
            leaving = true;
            core.port().execute(onLeaving);
        } else {
            theirIntervalMillis = heartbeat.millis();
        }
        return true;
    }

    private boolean onNumbers(Control.Numbers numbers) {
        if (confirming != 0) {
            if (!clock.onAnswer(feed, confirming, numbers)) {
                questions.onAnswer(feed, confirming, numbers);
            }
            return true;
        }
        boolean isOwn = numbers.speaker().incarnation() == instance.incarnation();
        for (PublisherCursor subscription : reading) {
            if (isOwn != numbers.via()
                    && subscription.subscription().channelText().equals(numbers.channel())) {
                if (isOwn) {
                    subscription.onNumbers(numbers, this);
                } else {
                    subscription.onPassedOn(numbers, this);
                }
            }
        }
        return true;
    }

    @Override
    public WireMessage messageOf(SharedFields head, MessageId id) {
        // Most feeds have one subscription; if there are more, each gets a message of its own.
        return reading.size() == 1 && reading.get(0).wants(head)
                ? reading.get(0).received(head, id)
                : new WireMessage(head, id);
    }

    @Override
    public void onMessage(WireMessage message) {
        if (message.id.incarnation() != instance.incarnation()) {
            onForeign(message);
            return;
        }
        long countsFrom = countsFrom(message);
        for (PublisherCursor subscription : reading) {
            if (subscription.wants(message.head)) {
                subscription.onEvent(message, countsFrom);
            }
        }
    }

    /** What a router passes on says when it was sent by the router's clock, which is that of the feed. */
    private long countsFrom(WireMessage message) {
        return message.hasDeadline() ? clock.countsFrom(message, feed) : 0;
    }

    /**
     * Either a router passes it on; or another peer has the address by now, of which the registry will tell, and its events come on
     * a feed of their own.
     */
    private void onForeign(WireMessage message) {
        if (message.applicationHeaders().containsKey(ReservedHeaders.VIA)) {
            long countsFrom = countsFrom(message);
            for (PublisherCursor subscription : reading) {
                if (subscription.wants(message.head)) {
                    subscription.onPassedOn(message, this, countsFrom);
                }
            }
        }
    }
}
