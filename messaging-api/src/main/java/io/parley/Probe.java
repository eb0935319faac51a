package io.parley;

import io.parley.discovery.Instance;
import io.parley.message.PeerName;

/**
 * A link to one instance that is held in order to know how it fares: it is asked for a sign of life whenever it is quiet, and dialled
 * again when it has ended. Thread-safe.
 */
public interface Probe extends AutoCloseable {

    /**
     * Has {@code answer} run in the I/O context if the link is ready, which it is no more once {@linkplain Limits#heartbeat three
     * heartbeats} have found no answer; otherwise never. Does not block, and nor may the answer.
     */
    void ask(Runnable answer);

    /** Ends the link. The listener is not called afterwards, save for a call already under way. */
    @Override
    void close();

    /** Is told how the instance fares. Calls for one probe come one after the other, from any thread. */
    interface Listener {

        /**
         * It has welcomed the link.
         *
         * @param who what it calls itself
         * @param instance what was known of it before, and what it has told: incarnation and name if that was not known, and where it
         *     may be subscribed to
         */
        void onUp(PeerName who, Instance instance);

        /** The link has ended, or cannot be made, or it says that it closes. Told once, until it is up again. */
        void onDown(String reason);
    }
}
