package io.parley.observe;

import java.util.Objects;

/**
 * Is told each step of each message of a peer, and what it sees of other peers. Called from whichever thread took the step, so it must
 * be thread-safe, quick and must not block. What it throws is logged and does not disturb the traffic.
 */
@FunctionalInterface
public interface FlowTap {

    void onFlow(FlowEvent event);

    /** Tells this one, then {@code next}. What one throws, the other does not suffer from. */
    default FlowTap andThen(FlowTap next) {
        Objects.requireNonNull(next, "next");
        return event -> {
            try {
                onFlow(event);
            } finally {
                next.onFlow(event);
            }
        };
    }
}
