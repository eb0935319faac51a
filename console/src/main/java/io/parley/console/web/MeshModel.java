package io.parley.console.web;

import io.parley.console.flow.Flow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What there is to see of a mesh. Thread-safe. */
public interface MeshModel {

    /** What people call the mesh. */
    String mesh();

    /** Those that are here, and those that went a short while ago. */
    List<SeenPeer> peers();

    /** Who has lately said something to whom, on which channel. */
    List<SeenEdge> edges();

    /** Whom each peer avoids or tries again, by its label: the labels of those, and the state of the circuit. None if all goes well. */
    default Map<String, SortedMap<String, String>> circuits() {
        return Map.of();
    }

    /** About how many steps were taken since this began to look and not seen here, as far as the peers tell. */
    long leftOut();

    /** As {@link #leftOut}, in the last minute. */
    default long leftOutLately() {
        return leftOut();
    }

    /** Has {@code listener} told all flows from now on, in any thread, which it must not hold up, until what is returned runs. */
    Runnable listen(Consumer<List<Flow>> listener);

    /** The last {@code most} flows that are {@code wanted}, oldest first. */
    List<Flow> recent(Predicate<Flow> wanted, int most);

    /**
     * What a peer tells of itself, as JSON.
     *
     * @throws ProblemException if there is no such peer, or it does not answer
     */
    String state(String label) throws InterruptedException;

    /** All that the peers remember of one conversation or message, as JSON. */
    String story(String id) throws InterruptedException;

    /** How a peer is. */
    enum Condition {
        UP,
        /** It says that it is going away, or it is in the registry and cannot be reached. */
        DOUBTFUL,
        GONE,
        /** It went on purpose. */
        LEFT
    }

    /**
     * A peer as it is seen. Immutable.
     *
     * @param label {@code service/instance}
     * @param since when it opened
     * @param changed when its condition last changed
     * @param channels the channels of its service, and their styles
     * @param isPassing whether it is here only for a while, to look or to try something
     */
    record SeenPeer(
            String label,
            String service,
            String instance,
            Condition condition,
            Instant since,
            Instant changed,
            String address,
            SortedMap<String, String> channels,
            boolean isPassing) {}

    /**
     * What one peer says to another on one channel. Immutable.
     *
     * @param from the sender's label
     * @param to the receiver's label
     * @param count messages since this was first seen
     * @param errors those of them that failed
     * @param rate messages a second, lately
     * @param errorRate those of them that failed
     * @param p50Nanos the time half of them took at most, lately: to the answer, or else to be handled; 0 if not known
     * @param p99Nanos the time 99 in a hundred took at most
     * @param lastSeen when the last one was seen
     */
    record SeenEdge(
            String from,
            String to,
            String channel,
            String style,
            long count,
            long errors,
            double rate,
            double errorRate,
            long p50Nanos,
            long p99Nanos,
            Instant lastSeen) {}
}
