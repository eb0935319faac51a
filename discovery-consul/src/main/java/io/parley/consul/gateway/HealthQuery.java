package io.parley.consul.gateway;

import java.time.Duration;

/**
 * Asks for the instances of one service. Immutable.
 *
 * @param name in Consul's words
 * @param index of the answer whose successor is wanted, or 0 to be told at once
 * @param waitTime how long to wait for a successor
 * @param isStaleAllowed whether any of Consul's servers may answer, not only the leading one
 * @param isPassingOnly whether only healthy instances are wanted
 */
public record HealthQuery(String name, long index, Duration waitTime, boolean isStaleAllowed, boolean isPassingOnly) {

    /** Asks for the healthy instances. */
    public HealthQuery(String name, long index, Duration waitTime, boolean isStaleAllowed) {
        this(name, index, waitTime, isStaleAllowed, true);
    }

    /** Asks for all instances, healthy or not, to be told at once, by the leading server. */
    public static HealthQuery all(String name) {
        return new HealthQuery(name, 0, Duration.ZERO, false, false);
    }

    /** Asks to be told at once, by the leading server. */
    public static HealthQuery now(String name) {
        return new HealthQuery(name, 0, Duration.ZERO, false);
    }
}
