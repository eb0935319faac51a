package io.parley.internal.pubsub;

/** Handles subscriptions to channels of other services. Called in the I/O context. */
public interface ForeignSubscriptions {

    /** Handles a new subscription; returns false if it is to a channel of this peer. */
    boolean onSubscribed(byte[] prefix);

    /** Handles the end of a subscription; returns false if it was to a channel of this peer. */
    boolean onUnsubscribed(byte[] prefix);
}
