package io.parley.discovery;

import java.util.Collection;

/**
 * One participant's view of a registry. No method blocks for longer than a look at a local file may; what takes longer goes
 * on in the background. Thread-safe.
 */
public interface Membership extends AutoCloseable {

    /**
     * Sees whether {@code instance} could be announced here, without announcing it; a peer that opens asks, so that it need not find out
     * later.
     *
     * @throws DiscoveryException if the registry cannot hold it, naming what it is that it cannot
     */
    default void requireHoldable(Instance instance) {}

    /**
     * Announces {@code instance}, or replaces what was announced before with it, and keeps it announced until {@link #close}:
     * whatever renewal, repetition and repair that takes is the plug-in's. One membership announces one instance.
     */
    void announce(Instance instance);

    /**
     * Announces an instance on its behalf, as {@link #announce}. Others may announce the same one: it is there as long as one of them says
     * so, in registries that can hold that. By default one withdraws it for all, until the next repairs that.
     *
     * @param announcer who does, different for each of them
     */
    default void announceFor(Instance instance, String announcer) {
        announce(instance);
    }

    /** Takes the announcement back: this instance is to be chosen no more. Does nothing if there is none. */
    void withdraw();

    /**
     * Watches the instances of one service. The first snapshot follows soon, be it empty, and another whenever the set or an
     * instance's data changed.
     */
    Watch watch(String service, Watcher watcher);

    /** The services of which something is announced at this moment, in alphabetical order. May block for a moment. */
    Collection<String> services();

    /**
     * Gives this membership a way to ask whether the peer is well, for registries that want signs of life: what the peer's I/O does
     * not answer to, they should not be told. Called before the first announcement, if at all; without it, that the process runs is
     * sign enough.
     */
    default void askThrough(Pulse pulse) {}

    /**
     * Withdraws, and ends all watches. A registry that has to be told over a network is told by the time this returns, or has had a
     * second for it. A second call does nothing.
     */
    @Override
    void close();

    /** Where a peer can be asked for a sign of life. Thread-safe. */
    @FunctionalInterface
    interface Pulse {

        /**
         * Has {@code answer} run where the peer does its I/O: soon if all is well, late or never if not. Does not block, and nor does
         * the answer.
         */
        void ask(Runnable answer);
    }

    /** A watch that can be ended. Thread-safe. */
    interface Watch {

        /** Ends the watch; the watcher is not called afterwards, save for a call already under way. */
        void close();
    }

    /** Is told what a registry knows of one service. Calls for one watch come one after the other, from any thread. */
    interface Watcher {

        /** The whole set of live instances, in no particular order; it replaces all that was told before. */
        void onSnapshot(Collection<Instance> instances);

        /** The registry could not be read. What was told last remains the best that is known. */
        void onError(Exception problem);
    }
}
