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
        /** The registry has lost it. */
        GONE
    }

    /** {@code service/instance}. */
    public String label() {
        return instance.label();
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
