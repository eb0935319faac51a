package io.parley.discovery;

/**
 * Announces one instance and keeps it announced: renewal, repetition and repair are the registry's. No method but {@link #close}
 * blocks for longer than a write of a local file may; longer work runs in the background. Thread-safe.
 */
public interface ServiceRegistry extends AutoCloseable {

    /**
     * Checks that {@code instance} can be announced, without announcing it. Peers call this when they open, so that a wrong name is found
     * early.
     *
     * @throws DiscoveryException if the registry cannot hold the instance; the message names the part that it cannot hold
     */
    default void requireHoldable(Instance instance) {}

    /**
     * Announces {@code instance}, or replaces the previous announcement with it, until {@link #withdraw} or {@link #close}.
     *
     * @throws DiscoveryException if the registry cannot hold the instance
     * @throws IllegalStateException if this registry is closed
     */
    void announce(Instance instance);

    /**
     * Announces an instance on its behalf, as {@link #announce}. Several announcers may announce the same instance. Where the registry
     * supports it, the instance stays until the last of them withdraws it; by default, the first withdrawal removes it until another
     * announcer repairs that.
     *
     * @param announcer the name of the announcer, different for each of them
     */
    default void announceOnBehalfOf(Instance instance, String announcer) {
        announce(instance);
    }

    /** Withdraws the announcement, so that the instance is no longer chosen. Does nothing if there is none. */
    void withdraw();

    /**
     * Sets the probe that tells whether the announced instance is alive, for registries that expect signs of life. Without a sign of life
     * from the probe, the registry is sent none. To be called before the first announcement; without a probe, a running process counts as
     * alive.
     */
    default void livenessProbe(LivenessProbe probe) {}

    /**
     * Withdraws the announcement and frees everything. Waits up to one second for a registry that is told over a network. A second call
     * does nothing.
     */
    @Override
    void close();

    /** Asks a peer for a sign of life. Thread-safe. */
    @FunctionalInterface
    interface LivenessProbe {

        /**
         * Runs {@code onAlive} in the I/O context of the peer: soon if the peer is alive, late or never otherwise. Must not block, and
         * nor does {@code onAlive}.
         */
        void ask(Runnable onAlive);
    }
}
