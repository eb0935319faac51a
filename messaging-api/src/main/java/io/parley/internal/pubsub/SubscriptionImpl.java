package io.parley.internal.pubsub;

import io.parley.Subscription;
import io.parley.internal.runtime.PeerContext;
import io.parley.time.Durations;
import java.time.Duration;

/** The application's hold of a subscription. Thread-safe. */
public final class SubscriptionImpl implements Subscription {

    private final PeerContext core;
    private final PublisherFeeds feeds;
    private final SubscriptionState state;

    public SubscriptionImpl(PeerContext core, PublisherFeeds feeds, SubscriptionState state) {
        this.core = core;
        this.feeds = feeds;
        this.state = state;
    }

    @Override
    public boolean awaitConnected(Duration limit) throws InterruptedException {
        return state.awaitConnected(Durations.nanos(limit));
    }

    @Override
    public int publishers() {
        return state.publishers();
    }

    @Override
    public void close() {
        core.port().execute(() -> feeds.remove(state));
    }
}
