package io.parley.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that happened at one peer: to a message, or to another peer as this one sees it. Immutable. */
public sealed interface FlowEvent permits MessageFlow, PeerFlow {

    /** What happened. */
    FlowStep step();

    /** When, by the peer's wall clock. */
    Instant at();

    /**
     * When, in nanoseconds by the peer's monotonic clock: for how long something took, and in which order things happened there. Comparable
     * with other events of the same peer only, for as long as that lives.
     */
    long nanoTime();

    /** More about it, such as what went wrong. */
    @Nullable
    String detail();
}
