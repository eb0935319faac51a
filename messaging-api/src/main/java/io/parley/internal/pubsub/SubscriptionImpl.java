package io.parley.internal.pubsub;

import io.parley.Subscription;
import io.parley.internal.runtime.Core;
import io.parley.time.Durations;
import java.time.Duration;

/** The application's hold of a subscription. Thread-safe. */
public final class SubscriptionImpl implements Subscription {

    private final Core core;
    private final Feeds feeds;
    private final SubscriptionState state;

    public SubscriptionImpl(Core core, Feeds feeds, SubscriptionState state) {
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
