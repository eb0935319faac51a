package io.parley.console.observe;

import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.FlowTap;
import io.parley.observe.PeerFlow;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Hears from an observer's own peer, as its flow tap, which peers said that they go, and which it has lost. Only the links that the observer's
 * peer has dialled itself count: they lead to the address in the registry, and the incarnation there is the one that the registry names. What
 * others tell, and what somebody says who dialled the observer, may be anybody's word. Thread-safe.
 */
public final class DepartureTracker implements FlowTap {

    private static final String LEFT = "left:";
    private static final String LOST = "link:";

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Is told what becomes of peers, each by its label. Called from several threads; must not block. */
    interface Listener {

        /** A peer has said that it goes. */
        void onLeft(String label);

        /** The link to a peer has ended, and it had not said so. */
        void onLost(String label);
    }

    @Override
    public void onFlow(FlowEvent event) {
        if (event instanceof PeerFlow peer && isOf(peer.step(), peer.detail(), LEFT)) {
            listeners.forEach(listener -> listener.onLeft(peer.other()));
        } else if (event instanceof PeerFlow peer && isOf(peer.step(), peer.detail(), LOST)) {
            listeners.forEach(listener -> listener.onLost(peer.other()));
        }
    }

    private static boolean isOf(FlowStep step, @Nullable String detail, String beginning) {
        return step == FlowStep.PEER_WENT && detail != null && detail.startsWith(beginning);
    }

    /** Has {@code listener} told from now on. */
    void listen(Listener listener) {
        listeners.add(listener);
    }

    void unlisten(Listener listener) {
        listeners.remove(listener);
    }
}
