package io.parley.internal.health;

import io.parley.message.PeerName;
import java.time.Instant;
import java.util.Locale;

/** Whether an instance is used, avoided or on trial, as people are told of it. Confined to the I/O context. */
public final class EjectionState {

    enum Position {
        /** It is used. */
        CLOSED,
        /** It is avoided. */
        OPEN,
        /** It is used again, and has yet to prove itself. */
        HALF_OPEN;

        /** As it is written: {@code half-open}. */
        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final PeerName other;
    private Position position = Position.CLOSED;
    private Instant since = Instant.EPOCH;
    private String why = "";
    private int openings;

    /** It at one moment. Immutable. */
    public record State(String peer, String position, Instant since, String why, long avoidedMillis, int openings) {}

    EjectionState(PeerName other) {
        this.other = other;
    }

    PeerName other() {
        return other;
    }

    void move(Position to, String reason, Instant at) {
        position = to;
        why = reason;
        since = at;
        if (to == Position.OPEN) {
            openings++;
        }
    }

    boolean is(Position asked) {
        return position == asked;
    }

    /** @param avoidedNanos for how long it is avoided still */
    State state(long avoidedNanos) {
        long millis = is(Position.OPEN) ? Math.max(0, avoidedNanos / 1_000_000) : 0;
        return new State(other.toString(), position.text(), since, why, millis, openings);
    }
}
