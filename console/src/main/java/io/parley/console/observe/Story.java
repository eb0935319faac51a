package io.parley.console.observe;

import io.parley.console.flow.Flow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that is known of a message or a conversation: each step at each peer, in an order that could have happened, and what did not happen.
 * Immutable.
 *
 * @param id what was asked for
 * @param begin when the first step was taken, by the clock of who asked
 * @param steps in their order
 * @param messages each with what became of it, in the order in which they were sent
 * @param skews how far the clocks of the peers were taken to be apart
 * @param doubts what may make this less than the whole story: peers that did not answer, or remember, or recorded a sample only
 */
public record Story(
        String id, Instant begin, List<Step> steps, List<Sent> messages, List<Skew> skews, List<String> doubts) {

    /**
     * One step, and when it was taken. Immutable.
     *
     * @param nanos since the story began
     */
    public record Step(Flow flow, long nanos) {}

    /**
     * One message and what became of it. Immutable.
     *
     * @param depth how many messages caused each other before it
     * @param kind document, command or event; empty if nobody tells
     * @param key empty if there is none, or nobody shows it
     * @param headers the application's; empty if there are none, or nobody shows them
     * @param queuedNanos how long it waited: for a link, and before handlers
     * @param handledNanos how long handlers had it
     * @param roundTripNanos until its answer was there; 0 if there was none
     * @param outcome in a few words
     * @param missing what should have happened and did not, as far as anybody tells
     */
    public record Sent(
            String id,
            String causationId,
            int depth,
            String channel,
            String style,
            String kind,
            String type,
            String key,
            Map<String, String> headers,
            String from,
            List<String> to,
            int attempts,
            long queuedNanos,
            long handledNanos,
            long roundTripNanos,
            String outcome,
            boolean isTrouble,
            List<String> missing) {}

    /**
     * How far a peer's clock was taken to be ahead of that of who asked. Immutable.
     *
     * @param ahead less than nothing if it is behind
     * @param doubt by how much that may be wrong
     */
    public record Skew(String peer, Duration ahead, Duration doubt) {}

    /** Whether anybody knew anything. */
    public boolean isKnown() {
        return !steps.isEmpty();
    }
}
