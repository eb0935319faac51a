package io.parley.discovery;

import java.util.Collection;

/**
 * Finds the instances of services. No method but {@link #services} blocks for longer than a read of a local file may; longer work
 * runs in the background. Thread-safe.
 */
public interface ServiceResolver extends AutoCloseable {

    /**
     * Watches the instances of one service. The first snapshot follows soon, even if it is empty, and another one whenever the set or the
     * data of an instance has changed. Every call starts a watch of its own.
     *
     * @throws IllegalArgumentException if {@code service} is not a service name
     * @throws IllegalStateException if this resolver is closed
     */
    Watch watch(String service, Watcher watcher);

    /**
     * Returns the services that have an instance now, in alphabetical order. May block for the time of a request to the registry.
     *
     * @throws DiscoveryException if the registry cannot be read
     */
    Collection<String> services();

    /** Ends all watches. A second call does nothing. */
    @Override
    void close();

    /** A watch that can be ended. Thread-safe. */
    interface Watch {

        /** Ends the watch. The watcher is not called afterwards, except for a call under way. A second call does nothing. */
        void close();
    }

    /** Receives the state of one service. Calls for one watch come one after the other, from any thread. */
    interface Watcher {

        /** Receives all live instances, in no particular order and without duplicates. They replace all earlier ones. */
        void onSnapshot(Collection<Instance> instances);

        /** Reports that the registry cannot be read. The last snapshot remains valid. */
        void onError(Exception problem);
    }
}
