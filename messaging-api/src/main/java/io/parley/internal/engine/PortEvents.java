package io.parley.internal.engine;

import io.parley.internal.link.InboundLinks;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublisherFeeds;
import io.parley.internal.report.FlowPublisher;
import io.parley.internal.router.Router;
import io.parley.internal.runtime.FailureShutdown;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Topics;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.PortListener;

/** Passes the events of a peer's port on to the parts that handle them. Called in the I/O context. */
final class PortEvents implements PortListener {

    private final PeerContext core;
    private final InboundLinks inbound;
    private final FlowPublisher flowFeed;
    private final Router router;
    private final PublishBuffer publications;
    private final PublisherFeeds feeds;
    private final FailureShutdown lastWill;

    PortEvents(
            PeerContext core,
            InboundLinks inbound,
            FlowPublisher flowFeed,
            Router router,
            PublishBuffer publications,
            PublisherFeeds feeds,
            FailureShutdown lastWill) {
        this.core = core;
        this.inbound = inbound;
        this.flowFeed = flowFeed;
        this.router = router;
        this.publications = publications;
        this.feeds = feeds;
        this.lastWill = lastWill;
    }

    @Override
    public LinkListener onAccepted(Link link) {
        return inbound.accept(link);
    }

    @Override
    public boolean mayBeTopic(byte[] prefix) {
        return Topics.mayBegin(prefix);
    }

    @Override
    public void onSubscribed(byte[] prefix) {
        flowFeed.onSubscribed(prefix);
        if (!router.subscriptions().onSubscribed(prefix)) {
            publications.onSubscribed(prefix);
        }
    }

    /** Questions are answered as often as they are asked. */
    @Override
    public void onSubscribedAgain(byte[] prefix) {
        boolean isQuestion = Topics.confirmedChannel(prefix) != null || Topics.asked(prefix) != null;
        if (isQuestion && !router.subscriptions().onSubscribed(prefix)) {
            publications.onSubscribed(prefix);
        }
    }

    @Override
    public void onUnsubscribed(byte[] prefix) {
        flowFeed.onUnsubscribed(prefix);
        if (!router.subscriptions().onUnsubscribed(prefix)) {
            publications.onUnsubscribed(prefix);
        }
    }

    @Override
    public void onRoomToPublish() {
        publications.onRoom();
        if (router != Router.NONE && !publications.isCrowded()) {
            feeds.onRoom();
        }
    }

    @Override
    public void onTrouble(String what) {
        core.counters.malformedFrames.increment();
        core.complaints.report("transport", "The transport met trouble: " + what, new IllegalStateException(what));
    }

    @Override
    public void onFailure(Throwable cause) {
        lastWill.execute(cause);
    }
}
