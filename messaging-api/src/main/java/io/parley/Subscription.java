package io.parley;

import java.time.Duration;

/** A standing interest in a publish-subscribe channel. Thread-safe. */
public interface Subscription extends Registration {

    /**
     * Waits until every instance of the channel's owner that is known by now, and at least one, has confirmed this
     * subscription. Nothing that they publish after that is missed, unless this subscriber falls so far behind that a gap is
     * reported.
     *
     * @return whether that was so within {@code limit}
     * @throws InterruptedException if the waiting thread is interrupted
     */
    boolean awaitConnected(Duration limit) throws InterruptedException;

    /** How many instances of the channel's owner have confirmed this subscription. */
    int publishers();
}
