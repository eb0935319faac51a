package io.parley.console.observe;

import java.time.Instant;

/**
 * What flows from one peer to another on one channel, by what was seen of late. Immutable.
 *
 * @param from who sends, {@code service/instance}
 * @param to who receives, {@code service/instance}
 * @param rate messages a second
 * @param errorRate of these, how many a second came to no good end
 * @param p50Nanos how long half of those of the last 20 seconds took at most: until the answer, or if there is none, in the handler; 0 if
 *     nothing is known
 * @param p99Nanos how long all but one of a hundred took at most
 * @param messages how many were seen since the observer began
 * @param errors how many of these came to no good end
 */
public record Edge(
        String from,
        String to,
        String channel,
        String style,
        double rate,
        double errorRate,
        long p50Nanos,
        long p99Nanos,
        long messages,
        long errors,
        Instant lastSeen) {}
