package io.parley.consul.gateway;

import java.time.Duration;

/**
 * Asks for the healthy instances of one service. Immutable.
 *
 * @param name in Consul's words
 * @param index of the answer whose successor is wanted, or 0 to be told at once
 * @param waitTime how long to wait for a successor
 * @param isStaleAllowed whether any of Consul's servers may answer, not only the leading one
 */
public record HealthQuery(String name, long index, Duration waitTime, boolean isStaleAllowed) {

    /** Asks to be told at once, by the leading server. */
    public static HealthQuery now(String name) {
        return new HealthQuery(name, 0, Duration.ZERO, false);
    }
}
