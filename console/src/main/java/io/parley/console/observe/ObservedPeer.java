package io.parley.console.observe;

import io.parley.discovery.Instance;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;

/**
 * One peer as an observer knows it. Immutable.
 *
 * @param instance what the registry tells, or told last
 * @param status whether it is there
 * @param changedAt since when it has this status
 * @param state what it answered last when it was asked for its state, as docs/observe.md describes it; empty if it never did
 * @param stateAt when that was; {@link Instant#EPOCH} if it never was
 */
public record ObservedPeer(
        Instance instance, Status status, Instant changedAt, Map<String, Object> state, Instant stateAt) {

    /** The metadata that a passing peer has, with the value {@code true}. */
    public static final String PASSING = "passing";

    /** Whether a peer is there. */
    public enum Status {
        /** The registry names it, and nobody has asked it yet. */
        ANNOUNCED,
        /** It answers. */
        UP,
        /** The registry names it, but it does not answer. */
        SILENT,
        /** It answers that it cannot be observed: it is of another kind, or of an older version. */
        OPAQUE,
        /** The registry has lost it, and nobody knows why. */
        GONE,
        /** It went on purpose, as one that is shut down does, or a tool that has done its work. It is forgotten soon. */
        LEFT;

        /** Whether it can be asked no more. */
        public boolean isOver() {
            return this == GONE || this == LEFT;
        }
    }

    /** {@code service/instance}. */
    public String label() {
        return instance.label();
    }

    /**
     * Whether it came to look at the others or to try something, and goes when that is done: then it is no part of the system that is
     * observed. Its metadata says so.
     */
    public boolean isPassing() {
        return isPassing(instance.metadata()) || state.get("metadata") instanceof Map<?, ?> told && isPassing(told);
    }

    private static boolean isPassing(Map<?, ?> metadata) {
        return "true".equals(metadata.get(PASSING));
    }

    ObservedPeer is(Status now, Instant at) {
        return now == status ? this : new ObservedPeer(instance, now, at, state, stateAt);
    }

    ObservedPeer described(Instance as) {
        return as.equals(instance) ? this : new ObservedPeer(as, status, changedAt, state, stateAt);
    }

    ObservedPeer answered(Map<String, Object> answer, Instant at) {
        return new ObservedPeer(
                instance, Status.UP, status == Status.UP ? changedAt : at, Collections.unmodifiableMap(answer), at);
    }
}
