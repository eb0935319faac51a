package io.parley.observe;

import java.util.Objects;

/**
 * Is told each step of each message of a peer, and what it sees of other peers. Called from whichever thread took the step, so it must
 * be thread-safe, quick and must not block. What it throws is logged and does not disturb the traffic.
 */
@FunctionalInterface
public interface FlowTap {

    /**
     * Is told one event, on the thread that took the step and before that goes on.
     *
     * @param event what happened; immutable, so it can be kept
     */
    void onFlow(FlowEvent event);

    /**
     * A tap that tells this one, then {@code next}. What one throws, the other does not suffer from; if both throw, what {@code next} threw is
     * suppressed in what this one did.
     */
    default FlowTap andThen(FlowTap next) {
        Objects.requireNonNull(next, "next");
        return event -> {
            try {
                onFlow(event);
            } catch (Throwable first) {
                try {
                    next.onFlow(event);
                } catch (Throwable second) {
                    if (second != first) {
                        first.addSuppressed(second);
                    }
                }
                throw first;
            }
            next.onFlow(event);
        };
    }
}
