package io.parley;

import io.parley.message.Message;
import java.time.Duration;

/** Asks all who subscribed to a channel and collects what they answer. Thread-safe. */
public interface Surveyor<Q, A> {

    /** Asks, and collects until {@code limit} has passed or the caller ends it. */
    Survey<A> survey(Q payload, Duration limit);

    /** As {@link #survey(Object, Duration)}, ending as soon as {@code count} responses are there. */
    Survey<A> survey(Q payload, Duration limit, int count);

    /** As {@link #survey(Object, Duration, int)}, with a form and headers of the caller's choosing. */
    Survey<A> survey(Message<Q> message, Duration limit, int count);
}
