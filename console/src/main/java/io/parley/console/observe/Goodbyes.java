package io.parley.console.observe;

import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.FlowTap;
import io.parley.observe.PeerFlow;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears from an observer's own peer, as its flow tap, which peers said that they go. Others tell of those that they have links with; of one
 * that has nothing to do with anybody, only the observer knows. Thread-safe.
 */
public final class Goodbyes implements FlowTap {

    private static final String LEFT = "left:";

    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    @Override
    public void onFlow(FlowEvent event) {
        if (event instanceof PeerFlow peer && isGoodbye(peer.step(), peer.detail())) {
            listeners.forEach(listener -> listener.accept(peer.other()));
        }
    }

    /** Whether a step tells that a peer has left, rather than that it is lost. */
    public static boolean isGoodbye(FlowStep step, @Nullable String detail) {
        return step == FlowStep.PEER_WENT && detail != null && detail.startsWith(LEFT);
    }

    /** Has {@code listener} told the label of each that leaves from now on. */
    void listen(Consumer<String> listener) {
        listeners.add(listener);
    }

    void unlisten(Consumer<String> listener) {
        listeners.remove(listener);
    }
}
