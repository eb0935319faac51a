package io.parley;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * What of a channel a subscriber wants, and how it wants it. Immutable.
 *
 * @param subjectPrefix only events whose name begins with this; empty for all
 * @param gapListener is told of events that were missed; called in order with the events of the same publisher
 * @param handling where the receiver runs; concurrency above 1 gives up the order of events
 */
public record SubscribeOptions(String subjectPrefix, Consumer<Gap> gapListener, HandlerOptions handling) {

    private static final SubscribeOptions ALL = new SubscribeOptions("", gap -> {}, HandlerOptions.serial());

    public SubscribeOptions {
        Objects.requireNonNull(subjectPrefix, "subjectPrefix");
        Objects.requireNonNull(gapListener, "gapListener");
        Objects.requireNonNull(handling, "handling");
    }

    /** Everything on the channel, in order. Gaps are counted and told to the peer's flow tap. */
    public static SubscribeOptions all() {
        return ALL;
    }

    public SubscribeOptions withSubjectPrefix(String subjectPrefix) {
        return new SubscribeOptions(subjectPrefix, gapListener, handling);
    }

    public SubscribeOptions withGapListener(Consumer<Gap> gapListener) {
        return new SubscribeOptions(subjectPrefix, gapListener, handling);
    }

    public SubscribeOptions withHandling(HandlerOptions handling) {
        return new SubscribeOptions(subjectPrefix, gapListener, handling);
    }
}
