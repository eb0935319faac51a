package io.parley;

import io.parley.message.Event;
import io.parley.message.MessageId;

/**
 * Publishes events to whoever subscribed. Thread-safe; the events that one thread publishes keep their order.
 *
 * <p>Publishing does not wait for subscribers and does not fail for lack of them. Events are numbered, so that a subscriber too
 * slow to take them all learns of the gap.
 */
public interface Publisher<T> {

    /**
     * Publishes an event without a name: subscribers who filter by a subject do not see it.
     *
     * @throws io.parley.failure.NotSentException if it cannot be encoded, is too large, or this peer is closed;
     *     {@link io.parley.failure.OverloadedException} if events are published faster than they can be written
     */
    MessageId publish(T payload);

    /** As {@link #publish(Object)}, with a name, which is the subject that subscribers filter by, and headers. */
    MessageId publish(Event<T> event);
}
