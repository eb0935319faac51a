package io.parley.internal.pubsub;

import io.parley.discovery.Instance;
import io.parley.message.PeerName;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the cursors of one subscription, one for each publisher. Confined to the I/O context. */
final class SubscriptionCursors {

    private static final int MOST_BEHIND_ROUTERS = 1_000;

    private final SubscriptionState subscription;
    private final FormerPublishers former;
    /** Those whose events routers pass on, by incarnation. */
    private final Map<Long, PublisherCursor> behindRouters = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, PublisherCursor> eldest) {
            return size() > MOST_BEHIND_ROUTERS;
        }
    };

    SubscriptionCursors(SubscriptionState subscription) {
        this.subscription = subscription;
        former = new FormerPublishers(subscription.to().core);
    }

    SubscriptionState subscription() {
        return subscription;
    }

    /** Returns a new cursor for what {@code publisher} publishes. */
    PublisherCursor at(Instance publisher) {
        var name = new PeerName(publisher.service(), publisher.name());
        return new PublisherCursor(
                subscription, publisher, name, subscription.originFor(publisher), behindRouters, former);
    }
}
